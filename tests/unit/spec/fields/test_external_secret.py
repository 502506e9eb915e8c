import pytest

from keyferry.spec.fields import external_secret
from keyferry.spec.schema import Items, Table, Text

COMMON = {"secretStoreRef", "target", "refreshPolicy", "refreshInterval", "data", "dataFrom"}


@pytest.mark.parametrize(
    ("version", "expected"),
    [pytest.param("v1", COMMON | {"syncWindows"}, id="v1"), pytest.param("v1beta1", COMMON, id="v1beta1")],
)
def test_has_the_fields_of_the_version(version: str, expected: set[str]) -> None:
    assert set(external_secret.spec(version).fields) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [pytest.param("v1", ("Ready", "Deleted"), id="v1"), pytest.param("v1beta1", (), id="v1beta1-takes-any-type")],
)
def test_conditions_have_the_types_of_the_version(version: str, expected: tuple[str, ...]) -> None:
    conditions = external_secret.status(version).fields["conditions"]
    assert isinstance(conditions, Items)
    assert isinstance(conditions.of, Table)
    kind = conditions.of.fields["type"]
    assert isinstance(kind, Text)
    assert kind.enum == expected


def test_the_refresh_time_may_be_null() -> None:
    time = external_secret.status("v1").fields["refreshTime"]
    assert isinstance(time, Text)
    assert (time.nullable, time.format) == (True, "date-time")
