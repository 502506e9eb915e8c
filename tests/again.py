"""`python -m tests.again FOLDER… [-- PYTEST_FLAG…]`: play the files again in which something failed, alone.

Whole files, as the stories of one file may build on each other. Ends as pytest does, or with 1 where the last run left
no failure on record: it broke in another way.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

RECORD = Path(".pytest_cache/v/cache/lastfailed")


def main(arguments: Sequence[str]) -> int:
    """Run pytest on what failed."""
    folders = [word for word in arguments if not word.startswith("-")]
    flags = [word for word in arguments if word.startswith("-")]
    files = failed(json.loads(RECORD.read_text()) if RECORD.exists() else (), folders)
    if not files:
        print("no failed test is on record, so the failure was another")  # noqa: T201  (what make shows)
        return 1
    print("once more, alone:", *files)  # noqa: T201  (as above)
    return int(pytest.main(["-n", "0", *flags, *files]))


def failed(record: Iterable[str], folders: Sequence[str]) -> list[str]:
    """Return the files below the folders that have a test on record."""
    files = {node.partition("::")[0] for node in record}
    return sorted(file for file in files if any(Path(file).is_relative_to(folder) for folder in folders))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
