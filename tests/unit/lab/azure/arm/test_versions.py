import pytest

from keyferry.lab.azure.arm import versions
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.arm.routing import Route
from keyferry.lab.world.http import Request

VAULT = Route(template="/v", type="Microsoft.KeyVault/vaults", versions=versions.VAULTS, operations={})
GROUP = Route(template="/g", type="", versions=versions.RESOURCES, operations={})


def test_a_version_is_demanded() -> None:
    asking = Request(method="GET", path="/", query=(("api-version", "2018-02-14-PREVIEW"),))
    assert versions.demanded(asking) == "2018-02-14-preview"
    with pytest.raises(RefusedError) as refusal:
        versions.demanded(Request(method="GET", path="/"))
    assert refusal.value.code == "MissingApiVersionParameter"


@pytest.mark.parametrize("version", ["2023-07-01", "2026-05-15", "2018-02-14-preview"])
def test_known_versions_pass(version: str) -> None:
    versions.check(VAULT, version)


@pytest.mark.parametrize(
    ("route", "version", "code"),
    [
        pytest.param(VAULT, "2099-01-01", "NoRegisteredProviderFound", id="unknown"),
        pytest.param(VAULT, "7.6", "InvalidApiVersionParameter", id="of-another-form"),
        pytest.param(GROUP, "2099-01-01", "InvalidApiVersionParameter", id="unknown-to-arm-itself"),
    ],
)
def test_other_versions_are_refused(route: Route, version: str, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        versions.check(route, version)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert route.versions[-1] in refusal.value.message


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(getattr(versions, name), id=name)
        for name in (
            "SUBSCRIPTIONS",
            "RESOURCES",
            "IDENTITIES",
            "FEDERATED_CREDENTIALS",
            "ROLE_ASSIGNMENTS",
            "ROLE_DEFINITIONS",
            "VAULTS",
            "CLUSTERS",
            "IDENTITY_BINDINGS",
            "DIAGNOSTIC_SETTINGS",
            "EVENT_GRID",
        )
    ],
)
def test_each_version_is_listed_once(known: tuple[str, ...]) -> None:
    assert len(set(known)) == len(known) > 0
