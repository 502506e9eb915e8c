"""keyferry.spec.estate.regions"""

import pytest

from keyferry.spec.estate import regions
from keyferry.spec.estate.estate import Cloud


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        pytest.param("westeurope", None, None, id="known"),
        pytest.param("marscentral1", None, None, id="new"),
        pytest.param("West Europe", "is not the short name of a region", 'write "westeurope"', id="long-name"),
        pytest.param("mars-central", "has '-' as its character 5, which the name of a region cannot", None, id="odd"),
        pytest.param("WestUS_2", "is not the short name of a region", 'write "westus2"', id="other-form"),
    ],
)
def test_locations(text: str, message: str | None, remedy: str | None) -> None:
    complaint = regions.location(text)
    assert (complaint and complaint.message) == message
    assert remedy is None or (complaint is not None and complaint.remedy == remedy)


def test_the_field() -> None:
    assert regions.node("Where.").rule is regions.location


def test_every_known_one_is_a_name() -> None:
    assert [region for region in regions.REGIONS if regions.location(region)] == []


@pytest.mark.parametrize(
    ("location", "cloud", "is_of"),
    [
        pytest.param("westeurope", Cloud.PUBLIC, True, id="public"),
        pytest.param("westeurope", Cloud.CHINA, False, id="public-and-not-china"),
        pytest.param("chinanorth3", Cloud.CHINA, True, id="china"),
        pytest.param("usdodeast", Cloud.US_GOVERNMENT, True, id="defence"),
        pytest.param("usgovtexas", Cloud.PUBLIC, False, id="government-and-not-public"),
        pytest.param("marscentral", Cloud.CHINA, True, id="unknown"),
    ],
)
def test_regions_are_of_a_cloud(location: str, cloud: Cloud, is_of: bool) -> None:
    assert regions.is_of(location, cloud) is is_of
