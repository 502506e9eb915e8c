"""keyferry.spec.estate.origins"""

import pytest

from keyferry.spec.estate.origins import InvalidEstate, Origin, Placed
from keyferry.spec.problems import Problem


@pytest.mark.parametrize(
    ("name", "what"),
    [
        pytest.param("shop", "Estate shop is invalid", id="named"),
        pytest.param("", "Estate is invalid", id="without-a-name"),
    ],
)
def test_the_error_keeps_every_place(name: str, what: str) -> None:
    placed = tuple(
        Placed(origin=Origin(file=file), problem=Problem(path="name", message="is wrong", remedy="mend it"))
        for file in ("", "sites/a.yaml")
    )
    error = InvalidEstate(name=name, placed=placed)
    assert (error.what, error.placed, error.problems) == (what, placed, tuple(each.problem for each in placed))
    assert error.where is not None
    assert error.where.path == "name"
