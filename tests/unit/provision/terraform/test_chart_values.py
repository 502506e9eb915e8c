"""What an estate says of keyferry itself, in the words of its chart."""

from dataclasses import replace
from typing import Any

import pytest

from keyferry.provision.terraform import chart_values
from keyferry.spec.estate.estate import Estate, Install
from tests.fakes import estates

WIDE = estates.wide()


def install(**changes: Any) -> Install:
    assert WIDE.install is not None
    return replace(WIDE.install, **changes)


@pytest.mark.parametrize(
    ("image", "repository", "tag"),
    [
        pytest.param("registry.example.org/keyferry", "registry.example.org/keyferry", None, id="name"),
        pytest.param("registry.example.org/keyferry:0.1", "registry.example.org/keyferry", "0.1", id="tag"),
        pytest.param("localhost:5000/keyferry", "localhost:5000/keyferry", None, id="port"),
        pytest.param("localhost:5000/keyferry:0.1", "localhost:5000/keyferry", "0.1", id="port-and-tag"),
        pytest.param("", "", None, id="the-charts-own"),
    ],
)
def test_an_image_is_a_name_and_a_tag(image: str, repository: str, tag: str | None) -> None:
    assert chart_values.repository(image) == repository
    assert chart_values.values(WIDE, install(image=image)).get("image", {}).get("tag") == tag


@pytest.mark.parametrize(
    ("estate", "injects"),
    [
        pytest.param(WIDE, False, id="aks-brings-its-own"),
        pytest.param(estates.small(), True, id="any-other-cluster"),
    ],
)
def test_who_gives_pods_their_identity(estate: Estate, injects: bool) -> None:
    assert chart_values.values(estate, install())["webhook"] == {"enabled": True, "inject": injects}


def test_events_are_taken_where_the_estate_sends_them() -> None:
    assert chart_values.values(WIDE, install())["operator"] == {
        "enabled": True,
        "events": {"enabled": True, "audience": "api://events"},
    }
    assert chart_values.values(WIDE, install(has_operator=False))["operator"] == {"enabled": False}
    assert chart_values.values(estates.small(), install())["operator"] == {"enabled": True}


def test_the_rest() -> None:
    found = chart_values.values(WIDE, install(has_webhook=False))
    assert found["azure"] == {"tenantId": estates.TENANT, "cloud": "USGovernmentCloud"}
    assert (found["node"], found["webhook"]["enabled"]) == ({"enabled": False}, False)
