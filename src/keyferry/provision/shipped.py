"""Where the files of deploy/ are that an estate needs: beside the package in a wheel, or in the checkout."""

from pathlib import Path
from typing import Final

from keyferry.model.errors import Bug

_PLACES: Final = (Path(__file__).parents[1] / "deploy", Path(__file__).parents[3] / "deploy")


def find(name: str) -> Path:
    """Return the folder `name` of deploy/, such as `terraform/modules` or `helm/keyferry`."""
    for place in _PLACES:
        if (place / name).is_dir():
            return place / name
    raise Bug(what=f"the folder deploy/{name} is missing", cause="the package was built without it")
