"""keyferry.provision.collecting"""

import gc
from collections.abc import Iterator

import pytest

from keyferry.provision import collecting


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize("is_enabled", [True, False], ids=["on", "off"])
def test_leaves_the_collector_as_it_was(is_enabled: bool) -> None:
    (gc.enable if is_enabled else gc.disable)()
    with collecting.paused():
        assert not gc.isenabled()
    assert gc.isenabled() is is_enabled


def test_leaves_the_collector_as_it_was_after_an_error() -> None:
    gc.enable()
    with pytest.raises(KeyError), collecting.paused():
        raise KeyError
    assert gc.isenabled()
