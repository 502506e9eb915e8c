"""Where the example manifests and the lab's example state are: beside the package in a wheel, or in the checkout."""

from pathlib import Path
from typing import Final

from keyferry.model.errors import Bug

_PLACES: Final = (Path(__file__).parents[1] / "examples", Path(__file__).parents[3] / "examples")


def find(name: str) -> Path:
    """Return the path of an example file."""
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise Bug(what=f"the example {name} is missing", cause="the package was built without it")
