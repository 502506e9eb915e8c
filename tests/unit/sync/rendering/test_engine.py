import pytest

from keyferry.model.errors import SpecError
from keyferry.sync.rendering.engine import Engine


def test_refuses_for_now() -> None:
    with pytest.raises(SpecError):
        Engine().transform("x", "y")
