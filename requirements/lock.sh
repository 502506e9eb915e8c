#!/bin/sh
# Writes the lock files: hashes, no index URL, every package at least a week old. Usage: sh requirements/lock.sh UV
set -eu
uv=$1
week_ago=$(date -u -d '7 days ago' +%Y-%m-%dT00:00:00Z 2>/dev/null || date -u -v-7d +%Y-%m-%dT00:00:00Z)
compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --exclude-newer "$week_ago" --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header "$@"
}
compile pyproject.toml -o requirements/run.lock
compile requirements/build.in -o requirements/build.lock
compile pyproject.toml --group dev -c requirements/run.lock -c requirements/build.lock -o requirements/dev.lock
