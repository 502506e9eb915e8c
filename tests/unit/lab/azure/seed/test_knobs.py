import pytest

from keyferry.lab.azure.seed import knobs
from keyferry.lab.azure.seed.declaration import Knobs
from keyferry.lab.azure.seed.fields import Fields, SeedError


def test_reads_every_knob() -> None:
    document = {
        "otherPer10s": 5,
        "setsPer10s": 2,
        "keyMakersPer10s": 3,
        "keysPer10s": 4,
        "limitPercent": 50,
        "refusedCount": True,
        "emptyFirstPage": True,
        "emptyPages": True,
        "deletionSeconds": 6,
        "certificateSeconds": 7,
    }
    assert knobs.parse(Fields(document, "lab")) == Knobs(
        other_per_10s=5,
        sets_per_10s=2,
        key_makers_per_10s=3,
        keys_per_10s=4,
        limit_percent=50,
        refused_count=True,
        empty_first_page=True,
        empty_pages=True,
        deletion_seconds=6,
        certificate_seconds=7,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(None, "no", id="missing"),
        pytest.param(False, "no", id="no"),
        pytest.param(True, "seconds", id="yes"),
        pytest.param("seconds", "seconds", id="seconds"),
        pytest.param("date", "date", id="date"),
    ],
)
def test_retry_after(given: object, expected: str) -> None:
    assert knobs.parse(Fields({"retryAfter": given}, "lab")).retry_after == expected


def test_another_word_for_retry_after_is_refused() -> None:
    with pytest.raises(SeedError, match=r"lab\.retryAfter"):
        knobs.parse(Fields({"retryAfter": "minutes"}, "lab"))
