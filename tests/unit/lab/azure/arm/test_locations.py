import pytest

from keyferry.lab.azure.arm import locations
from keyferry.lab.azure.arm.answers import RefusedError


@pytest.mark.parametrize(
    ("location", "current", "expected"),
    [
        pytest.param("westeurope", None, "westeurope", id="a-region"),
        pytest.param("West Europe", None, "westeurope", id="its-display-name"),
        pytest.param("East US 2", "eastus2", "eastus2", id="where-it-is"),
        pytest.param("moon", "moon", "moon", id="where-the-seed-put-it"),
    ],
)
def test_locations(location: str, current: str | None, expected: str) -> None:
    assert locations.of({"location": location}, current, "it") == expected


@pytest.mark.parametrize(
    ("location", "current", "code"),
    [
        pytest.param(None, None, "LocationRequired", id="none"),
        pytest.param(5, None, "LocationRequired", id="a-number"),
        pytest.param("moon", None, "LocationNotAvailableForResourceType", id="no-region"),
        pytest.param("eastus", "westeurope", "InvalidResourceLocation", id="another-one"),
    ],
)
def test_refuses_locations(location: object, current: str | None, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        locations.of({"location": location}, current, "it")
    assert refusal.value.code == code
