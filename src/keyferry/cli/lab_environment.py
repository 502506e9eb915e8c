"""The environment by which programs meet a lab that runs: as shell exports, or as JSON."""

import json
import shlex
from pathlib import Path

from keyferry.cli.lab_admin import LabAdmin


async def show(folder: Path, *, as_json: bool) -> str:
    """Return the environment of the lab that runs in `folder`. NotFound where none does."""
    async with LabAdmin(folder) as admin:
        await admin.clock()  # a lab that was killed leaves its files, and answers no more
    facts = json.loads((folder / "lab.json").read_text())
    environment: dict[str, str] = facts["environment"]
    if as_json:
        return json.dumps(environment, indent=2)
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment.items())
