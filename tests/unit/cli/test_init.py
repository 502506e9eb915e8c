"""`keyferry init` asks on a terminal alone, and its file is taken."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

from keyferry.provision import intake
from tests.fakes import command_line
from tests.fakes.estate_documents import SUBSCRIPTION, TENANT

FLAGS = ("--name", "shop", "--tenant", TENANT, "--subscription", SUBSCRIPTION)
ANSWERS = f"Shop\nshop\n{TENANT}\n{SUBSCRIPTION}\n\n\noidc\n\nhttps://issuer.example/\n\nweb,api\n\n"


def test_writes_an_estate_that_loads(tmp_path: Path) -> None:
    path = tmp_path / "keyferry.yaml"
    ended = command_line.run("init", "--yes", *FLAGS, "--cluster", "new-aks", "--out", str(path))
    assert (ended.code, ended.output) == (0, "")
    assert ended.errors.startswith(f"wrote {path}")
    estate = intake.load(path, sites=None, sites_variable=None, stdin=io.BytesIO(), environ={})
    assert estate.name == "shop"


def test_ends_with_2_where_flags_are_missing(tmp_path: Path) -> None:
    ended = command_line.run("init", "--yes", "--out", str(tmp_path / "keyferry.yaml"))
    assert (ended.code, list(tmp_path.iterdir())) == (2, [])
    assert "--tenant is missing" in ended.errors


def test_asks_on_a_terminal_until_an_answer_will_do(tmp_path: Path) -> None:
    """The answers stand ready; what is asked goes to standard error, so that the file alone is on standard output."""
    master, slave = pty.openpty()
    os.write(master, ANSWERS.encode())
    command = [sys.executable, "-m", "keyferry", "init", "--out", "-"]
    ended = subprocess.run(command, stdin=slave, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    os.close(slave)
    os.close(master)
    assert ended.returncode == 0, ended.stderr
    assert "Error: has capital letters, which the name of an estate cannot: write it in lower case" in ended.stderr
    assert "Region [westeurope]:" in ended.stderr
    (tmp_path / "keyferry.yaml").write_text(ended.stdout)
    path = tmp_path / "keyferry.yaml"
    estate = intake.load(path, sites=None, sites_variable=None, stdin=io.BytesIO(), environ={})
    assert [site.name for site in estate.sites] == ["api", "web"]
    assert list(tmp_path.iterdir()) == [path]
