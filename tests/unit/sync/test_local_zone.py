from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from keyferry.model.errors import SpecError
from keyferry.sync import local_zone


def test_utc_unless_told() -> None:
    assert local_zone.named("") is UTC
    assert local_zone.named("Europe/Berlin") == ZoneInfo("Europe/Berlin")
    assert local_zone.named(":Europe/Berlin") == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "a\0b", "."])
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(SpecError, match="not a time zone"):
        local_zone.named(name)
