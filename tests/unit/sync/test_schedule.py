from datetime import datetime, timedelta
from typing import Any

import pytest

from keyferry.spec.conditions import ExternalSecretStatus
from keyferry.sync import schedule
from tests.fakes.external_secrets import HOUR, NOW, external, parsed

CURRENT = schedule.version_of(parsed(external()))


def synced(at: datetime | None, version: str = CURRENT) -> ExternalSecretStatus:
    return ExternalSecretStatus(refresh_time=at, synced_resource_version=version)


@pytest.mark.parametrize(
    ("spec", "status", "due"),
    [
        pytest.param({}, synced(None, ""), True, id="never-synced"),
        pytest.param({}, synced(NOW - HOUR), True, id="the-interval-has-passed"),
        pytest.param({}, synced(NOW - HOUR + timedelta(seconds=1)), False, id="the-interval-has-not-passed"),
        pytest.param({}, synced(NOW - timedelta(minutes=1), "0-x"), True, id="the-spec-changed"),
        pytest.param({}, synced(NOW + HOUR), True, id="refreshed-in-the-future"),
        pytest.param({}, synced(None), True, id="no-refresh-time"),
        pytest.param({"refreshInterval": "0"}, synced(None, ""), True, id="zero-never-synced"),
        pytest.param({"refreshInterval": "0"}, synced(NOW - 9 * HOUR, "0-x"), False, id="zero-once-synced-never-again"),
        pytest.param({"refreshPolicy": "CreatedOnce"}, synced(None, ""), True, id="created-once-never-synced"),
        pytest.param({"refreshPolicy": "CreatedOnce"}, synced(NOW - 9 * HOUR, "0-x"), False, id="created-once-synced"),
        pytest.param({"refreshPolicy": "OnChange"}, synced(NOW - 9 * HOUR, "0-x"), True, id="on-change-changed"),
        pytest.param({"refreshPolicy": "Periodic"}, synced(NOW - 9 * HOUR), True, id="periodic-by-name"),
        pytest.param({"refreshInterval": "1ms"}, synced(NOW - timedelta(seconds=0.9)), False, id="never-without-rest"),
    ],
)
def test_due(spec: dict[str, str], status: ExternalSecretStatus, due: bool) -> None:
    assert schedule.is_due(parsed(external(spec)), status, NOW) is due


def test_on_change_ignores_the_interval() -> None:
    spec = parsed(external({"refreshPolicy": "OnChange"}))
    assert not schedule.is_due(spec, synced(NOW - 9 * HOUR, schedule.version_of(spec)), NOW)


@pytest.mark.parametrize("change", [{"labels": {"a": "b"}}, {"annotations": {"force-sync": "1"}}, {"generation": 2}])
def test_any_change_of_spec_label_or_annotation_is_due(change: dict[str, Any]) -> None:
    assert schedule.is_due(parsed(external(**change)), synced(NOW), NOW)


@pytest.mark.parametrize(
    ("spec", "refreshed", "wait"),
    [
        pytest.param({}, NOW, HOUR, id="a-whole-interval"),
        pytest.param({}, NOW - timedelta(minutes=59), timedelta(minutes=1), id="the-rest-of-it"),
        pytest.param({}, NOW - 2 * HOUR, timedelta(0), id="overdue"),
        pytest.param({}, None, timedelta(0), id="never-refreshed"),
        pytest.param({"refreshInterval": "0"}, NOW, None, id="zero-waits-for-events"),
        pytest.param({"refreshPolicy": "CreatedOnce"}, NOW, None, id="created-once-waits-for-events"),
    ],
)
def test_waits(spec: dict[str, str], refreshed: datetime | None, wait: timedelta | None) -> None:
    assert schedule.wait(parsed(external(spec)), refreshed, NOW) == wait


def test_an_interval_below_the_resolution_of_refresh_time_does_not_spin() -> None:
    spec = parsed(external({"refreshInterval": "1ms"}))
    assert schedule.wait(spec, NOW, NOW + timedelta(seconds=0.25)) == timedelta(seconds=0.75)


@pytest.mark.parametrize(
    ("spec", "interval"),
    [
        pytest.param({}, HOUR, id="as-the-spec-says"),
        pytest.param({"refreshInterval": "1ms"}, timedelta(seconds=1), id="not-below-a-second"),
        pytest.param({"refreshInterval": "0"}, None, id="zero"),
        pytest.param({"refreshPolicy": "OnChange"}, None, id="on-change"),
        pytest.param({"refreshPolicy": "CreatedOnce"}, None, id="created-once"),
    ],
)
def test_how_old_a_value_may_get(spec: dict[str, str], interval: timedelta | None) -> None:
    assert schedule.interval(parsed(external(spec))) == interval


@pytest.mark.parametrize(
    ("version", "new"),
    [
        pytest.param("", True, id="never-synced"),
        pytest.param("0-x", True, id="edited"),
        pytest.param(CURRENT, False, id="synced"),
    ],
)
def test_what_was_never_synced_is_new(version: str, new: bool) -> None:
    assert schedule.is_new(parsed(external()), synced(NOW, version)) is new


NIGHTLY = {"kind": "allow", "windows": [{"schedule": "0 22 * * *", "duration": "2h"}]}  # NOW is noon
NOT_AT_NOON = {"kind": "deny", "windows": [{"schedule": "0 12 * * *", "duration": "30m"}]}


class TestWindows:
    @pytest.mark.parametrize(
        ("windows", "status", "due"),
        [
            pytest.param(NIGHTLY, synced(NOW - HOUR), False, id="not-before-the-window"),
            pytest.param(NOT_AT_NOON, synced(NOW - HOUR), False, id="not-within-it"),
            pytest.param(NIGHTLY, synced(NOW - HOUR, "0-x"), True, id="a-change-is-not-held-back"),
            pytest.param(NIGHTLY, synced(None, ""), True, id="nor-is-the-first-sync"),
        ],
    )
    def test_hold_back_what_the_interval_makes_due(
        self, windows: dict[str, Any], status: ExternalSecretStatus, due: bool
    ) -> None:
        assert schedule.is_due(parsed(external({"syncWindows": windows})), status, NOW) is due

    @pytest.mark.parametrize(("windows", "may"), [(NIGHTLY, False), (NOT_AT_NOON, False), (None, True)])
    def test_hold_back_what_was_seen_to_change(self, windows: dict[str, Any] | None, may: bool) -> None:
        assert schedule.may_follow(parsed(external({"syncWindows": windows})), NOW) is may

    @pytest.mark.parametrize(
        ("windows", "refreshed", "woken", "wait"),
        [
            pytest.param(NIGHTLY, NOW - HOUR, False, 10 * HOUR, id="until-it-opens"),
            pytest.param(NIGHTLY, NOW, False, 10 * HOUR, id="also-after-the-interval"),
            pytest.param(NOT_AT_NOON, NOW, False, HOUR, id="the-interval-ends-later"),
            pytest.param(NOT_AT_NOON, NOW, True, timedelta(minutes=30, microseconds=1), id="a-change-waits-less"),
        ],
    )
    def test_the_next_look_is_when_it_may_be_read(
        self, windows: dict[str, Any], refreshed: datetime, woken: bool, wait: timedelta
    ) -> None:
        assert schedule.wait(parsed(external({"syncWindows": windows})), refreshed, NOW, woken=woken) == wait


def demanding(when: str, **spec: str) -> Any:
    return parsed(external({"refreshInterval": "0", **spec}, annotations={"keyferry.io/refresh": when}))


class TestDemands:
    @pytest.mark.parametrize(
        ("when", "due", "wait"),
        [
            pytest.param("2026-11-22T11:59:58Z", True, timedelta(0), id="now"),
            pytest.param("2026-11-22T12:59:58+01:00", True, timedelta(0), id="in-another-zone"),
            pytest.param("2026-11-22T11:59:59.9Z", True, timedelta(0), id="this-very-second"),
            pytest.param("2026-11-22T12:00:00Z", False, timedelta(seconds=1), id="in-the-next-second"),
            pytest.param("2026-11-22T13:00:00Z", False, HOUR + timedelta(seconds=1), id="later"),
            pytest.param("2026-11-22T10:59:00Z", False, None, id="before-the-last-refresh"),
            pytest.param("now", False, None, id="no-instant"),
            pytest.param("2026-11-22T11:59:58", False, None, id="no-zone"),
        ],
    )
    def test_what_is_read_but_once_is_read_again_when_it_is_asked_for(
        self, when: str, due: bool, wait: timedelta | None
    ) -> None:
        for spec in (demanding(when), demanding(when, refreshInterval="1h", refreshPolicy="CreatedOnce")):
            assert schedule.is_due(spec, synced(NOW - HOUR), NOW) is due
            assert schedule.wait(spec, NOW - HOUR, NOW) == wait

    def test_a_refresh_settles_it(self) -> None:
        spec = demanding("2026-11-22T11:59:58Z")
        assert not schedule.is_due(spec, synced(NOW), NOW)
        assert schedule.wait(spec, NOW, NOW) is None

    def test_it_is_no_reason_of_its_own_where_any_change_is_one(self) -> None:
        spec = demanding("2026-11-22T11:59:58Z", refreshInterval="1h")
        assert not schedule.is_due(spec, synced(NOW - timedelta(minutes=1), schedule.version_of(spec)), NOW)
