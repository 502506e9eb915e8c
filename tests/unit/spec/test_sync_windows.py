from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.spec import sync_windows
from keyferry.spec.sync_windows import SyncWindows, Window, WindowKind

HOUR = timedelta(hours=1)
SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)


def windows(schedule: str, duration: timedelta = HOUR, kind: WindowKind = WindowKind.ALLOW) -> SyncWindows:
    return SyncWindows(kind=kind, windows=(Window(schedule=schedule, duration=duration),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "is_open"),
    [
        pytest.param("0 22 * * *", "2026-11-22 21:59:59", False, id="before"),
        pytest.param("0 22 * * *", "2026-11-22 22:00:00", True, id="at-the-opening"),
        pytest.param("0 22 * * *", "2026-11-22 23:00:00", True, id="at-the-end"),
        pytest.param("0 22 * * *", "2026-11-22 23:00:01", False, id="after"),
        pytest.param("@daily", "2026-11-22 00:30:00", True, id="daily"),
        pytest.param("@weekly", "2026-11-22 00:30:00", True, id="weekly-on-sunday"),
        pytest.param("@weekly", "2026-11-23 00:30:00", False, id="weekly-not-on-monday"),
        pytest.param("@yearly", "2026-01-01 00:30:00", True, id="yearly"),
        pytest.param("0 0 ? * SUN", "2026-11-22 00:30:00", True, id="names-and-question-marks"),
        pytest.param("0 0 1-7 jan-feb *", "2026-02-03 00:10:00", True, id="names-of-months"),
        pytest.param("0 0 13 * 0", "2026-11-22 00:30:00", True, id="either-day-will-do"),
        pytest.param("0 0 13 * 0", "2026-11-13 00:30:00", True, id="either-day-will-do-the-other"),
        pytest.param("0 0 * * 0", "2026-11-23 00:30:00", False, id="both-days-with-a-star"),
        pytest.param("0 0 */2 * 1", "2026-11-21 00:30:00", True, id="a-star-with-a-step-is-none"),
        pytest.param("5/30 * * * *", "2026-11-22 10:35:00", True, id="from-a-number-on"),
        pytest.param("0 0 30 2 *", "2026-02-28 00:00:00", False, id="a-day-that-never-comes"),
        pytest.param("@every 30m", "2026-11-22 10:35:00", True, id="every"),
        pytest.param("@every 2h", "2026-11-22 10:35:00", False, id="every-longer-than-the-window"),
    ],
)
def test_windows_open_when_upstreams_do(schedule: str, now: str, is_open: bool) -> None:
    assert windows(schedule).permit(at(now)) is is_open
    assert windows(schedule, kind=WindowKind.DENY).permit(at(now)) is not is_open


def test_one_open_window_is_enough() -> None:
    both = SyncWindows(kind=WindowKind.ALLOW, windows=(*windows("0 1 * * *").windows, *windows("0 5 * * *").windows))
    assert both.permit(at("2026-11-22 05:30:00"))


def test_the_zone_counts() -> None:
    summer = at("2026-07-01 20:30:00")
    assert windows("0 22 * * *").permit(summer.astimezone(ZoneInfo("Europe/Berlin")))
    assert not windows("0 22 * * *").permit(summer)


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        pytest.param("0 22 * * *", "2026-11-22 21:00:00", HOUR, id="opens"),
        pytest.param("0 22 * * *", "2026-11-22 22:30:00", timedelta(minutes=30, microseconds=1), id="closes"),
        pytest.param("0 0 30 2 *", "2026-11-22 22:30:00", timedelta(days=366 * 5), id="never"),
    ],
)
def test_the_next_look_is_when_it_opens_or_closes(schedule: str, now: str, expected: timedelta) -> None:
    assert windows(schedule).next_look(at(now)) == expected


@given(
    st.sampled_from(["0 22 * * *", "*/7 3-9/2 * * 1-5", "15,45 * 1,15 * 3", "@hourly", "@every 90m"]),
    st.integers(0, 400_000),
    st.integers(1, 7_200),
)
def test_nothing_changes_before_the_next_look(schedule: str, minute: int, seconds: int) -> None:
    given_windows = windows(schedule, timedelta(seconds=seconds))
    now = SUNDAY + timedelta(minutes=minute)
    pause = given_windows.next_look(now)
    assert pause > timedelta()
    if not schedule.startswith("@every"):  # whose windows move with the clock
        assert given_windows.permit(now + pause / 2) is given_windows.permit(now)


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "* * * *",
        "60 * * * *",
        "* * * * 7",
        "a * * * *",
        "* * L * *",
        "*/0 * * * *",
        "5-1 * * * *",
        "* * ! * *",
        "@every x",
        "@often",
    ],
)
def test_what_is_no_schedule(schedule: str) -> None:
    with pytest.raises(SpecError):
        sync_windows.check_schedule(schedule)


@pytest.mark.parametrize("schedule", ["0 22 * * 1-5", "@daily", "@every 1h30m", "*/5 0-23/2 ? JAN,mar 0"])
def test_what_is_a_schedule(schedule: str) -> None:
    sync_windows.check_schedule(schedule)


def test_reads_the_fields() -> None:
    assert sync_windows.sync_windows(None) is None
    fields = {"kind": "allow", "windows": [{"schedule": "@daily", "duration": "1h"}]}
    assert sync_windows.sync_windows(fields) == windows("@daily")


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        pytest.param("2026-03-29 00:00:00", True, id="opens-at-one"),
        pytest.param("2026-03-29 02:59:00", True, id="three-hours-later-it-is-five"),
        pytest.param("2026-03-29 03:00:01", False, id="and-then-it-is-closed"),
    ],
)
def test_an_hour_stays_an_hour_when_clocks_are_put_forward(instant: str, is_open: bool) -> None:
    """In Berlin, 02:00 is followed by 03:00 that night."""
    night = at(instant).astimezone(ZoneInfo("Europe/Berlin"))
    assert windows("0 1 * * *", timedelta(hours=3)).permit(night) is is_open
