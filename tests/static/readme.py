"""README's `--help` block is what the program prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(?<=<!-- keyferry --help -->\n```text\n).*?(?=```\n<!-- end -->)", re.DOTALL)


def generate(into: Path) -> None:
    """Write README.md with a fresh help block into `into`."""
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    command = [sys.executable, "-m", "keyferry", "--help"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    text = "\n".join(line.rstrip() for line in shown.strip().splitlines()) + "\n"
    readme = (ROOT / "README.md").read_text()
    if len(BLOCK.findall(readme)) != 1:
        message = "README.md must hold one block between `<!-- keyferry --help -->` and `<!-- end -->`"
        raise SystemExit(message)
    (into / "README.md").write_text(BLOCK.sub(lambda _: text, readme))
