from datetime import datetime, timedelta

import pytest

from keyferry.sync import expiry
from keyferry.sync.state import Origin
from tests.fakes.external_secrets import NOW

FORTNIGHT = timedelta(days=14)


def origin(name: str, expires: datetime | None) -> Origin:
    return Origin(vault="kv", name=name, version="0123456789abcdef", expires=expires)


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        pytest.param(None, (), id="never"),
        pytest.param(NOW + FORTNIGHT + timedelta(seconds=1), (), id="later"),
        pytest.param(
            NOW + FORTNIGHT, ("db of kv expires at 2026-12-06T12:00:00Z (version 01234567)",), id="within-the-notice"
        ),
        pytest.param(NOW, ("db of kv expired at 2026-11-22T12:00:00Z (version 01234567)",), id="over"),
    ],
)
def test_tells_of_what_expires_soon(expires: datetime | None, told: tuple[str, ...]) -> None:
    assert expiry.sentences([origin("db", expires)], NOW, FORTNIGHT) == told


def test_each_version_is_told_once_and_the_first_to_expire_first() -> None:
    origins = [origin(name, NOW + timedelta(days=days)) for name, days in (("c", 3), ("a", 1), ("b", 2), ("a", 1))]
    assert [text[0] for text in expiry.sentences(origins, NOW, FORTNIGHT)] == ["a", "b", "c"]


def test_a_message_stays_short() -> None:
    origins = [origin(f"s{index}", NOW) for index in range(100)]
    assert len(expiry.sentences(origins, NOW, FORTNIGHT)) == expiry.SHOWN


def test_the_words_stay_the_same_from_day_to_day() -> None:
    one = [origin("db", NOW + timedelta(days=10))]
    assert expiry.sentences(one, NOW, FORTNIGHT) == expiry.sentences(one, NOW + timedelta(days=5), FORTNIGHT)
