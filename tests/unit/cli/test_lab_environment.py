from pathlib import Path

import pytest

from keyferry.cli import lab_environment
from keyferry.model.errors import NotFound


async def test_the_files_of_a_killed_lab_are_no_lab(folder: Path) -> None:
    (folder / "lab.json").write_text('{"environment": {}}')
    with pytest.raises(NotFound, match="no lab runs in"):
        await lab_environment.show(folder, as_json=False)
