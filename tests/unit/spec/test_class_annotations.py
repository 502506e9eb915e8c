from datetime import timedelta

import pytest

from keyferry.model.wellknown import FALLBACK_VAULTS_ANNOTATION, SERVE_STALE_ANNOTATION
from keyferry.spec import class_annotations
from keyferry.spec.problems import Problems


def told(problems: Problems) -> list[str]:
    assert all(problem.remedy for problem in problems.found)
    return [problem.message for problem in problems.found]


def stale(text: str) -> tuple[timedelta | None, list[str]]:
    problems = Problems()
    return class_annotations.serve_stale({SERVE_STALE_ANNOTATION: text}, problems), told(problems)


def fallback(text: str) -> tuple[tuple[str, ...], list[str]]:
    problems = Problems()
    found = class_annotations.fallback_vaults({FALLBACK_VAULTS_ANNOTATION: text}, " KV-East ", problems)
    return found, told(problems)


def test_nothing_is_served_stale_unless_asked() -> None:
    problems = Problems()
    assert class_annotations.serve_stale({}, problems) is None
    assert class_annotations.fallback_vaults({}, "", problems) == ()
    assert not problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("24h", timedelta(days=1), id="a-day"),
        pytest.param(" 1h30m ", timedelta(minutes=90), id="blanks"),
        pytest.param("720h", timedelta(days=30), id="the-longest"),
        pytest.param("0", None, id="zero-is-never"),
        pytest.param("", None, id="empty"),
    ],
)
def test_reads_how_old_a_copy_may_be(text: str, expected: timedelta | None) -> None:
    assert stale(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("1d", '"1d" is not a duration', id="days"),
        pytest.param("24", '"24" is not a duration', id="no-unit"),
        pytest.param("-1h", '"-1h" is not between 0 and 30 days', id="negative"),
        pytest.param("721h", '"721h" is not between 0 and 30 days', id="too-long"),
    ],
)
def test_refuses_other_ages(text: str, message: str) -> None:
    assert stale(text) == (None, [message])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("kv-west", ("kv-west",), id="name"),
        pytest.param("KV-West, kv-north", ("kv-west", "kv-north"), id="names"),
        pytest.param("https://KV-West.vault.azure.net:443/", ("https://kv-west.vault.azure.net",), id="address"),
        pytest.param("kv-west\nhttps://b.net", ("kv-west", "https://b.net"), id="both"),
    ],
)
def test_reads_fallback_vaults_by_name_and_address(text: str, expected: tuple[str, ...]) -> None:
    assert fallback(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("kv", '"kv" is neither the name of a vault nor its address', id="short"),
        pytest.param("kv_west", '"kv_west" is neither the name of a vault nor its address', id="underscore"),
        pytest.param("kv-west.vault.azure.net", '"kv-west.vault.azure.net" does not begin with https://', id="host"),
        pytest.param("http://kv-west.net", '"http://kv-west.net" does not begin with https://', id="http"),
        pytest.param("kv-west KV-WEST", '"kv-west" occurs twice', id="twice"),
        pytest.param("kv-east", '"kv-east" is the vault that they stand in for', id="its-own"),
        pytest.param("kv1 kv2 kv3 kv4 kv5", "names 5 vaults", id="too-many"),
    ],
)
def test_refuses_other_fallback_vaults(text: str, message: str) -> None:
    assert fallback(text)[1] == [message]
