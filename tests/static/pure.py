"""Every branch of deciding code is tested: `python -m tests.static.pure` after a run with coverage.

Which modules decide, the `pure` contract in .importlinter says; generated stubs are not ours to test.
"""

import configparser
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT = "importlinter:contract:pure"


def patterns() -> list[str]:
    """Return a file pattern for each module or package of the contract."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    found: list[str] = []
    for module in contracts[CONTRACT]["source_modules"].split():
        path = Path("src", *module.split("."))
        found.append(f"{path}/*" if (ROOT / path).is_dir() else f"{path}.py")
    return found


def main() -> int:
    """Report what is missing; 0 when nothing is."""
    command = [sys.executable, "-m", "coverage", "report", "--show-missing", "--fail-under=100", "--omit=*_pb2.py"]
    return subprocess.run([*command, f"--include={','.join(patterns())}"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
