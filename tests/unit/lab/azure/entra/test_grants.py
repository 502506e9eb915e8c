import pytest

from keyferry.lab.azure.clouds import CLOUDS, EXCHANGE_APPLICATION, PUBLIC, Cloud
from keyferry.lab.azure.directory import Client
from keyferry.lab.azure.entra import grants
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.grants import Grant
from tests.fakes import entra_clients, lab_azure
from tests.fakes.lab_azure import NOW


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in CLOUDS])
def test_every_cloud_grants_its_vault_and_its_arm(cloud: Cloud) -> None:
    for resource in (cloud.vault_resource, *cloud.arm_resources):
        assert grants.resource_of(f"{resource}/.default", cloud) == resource


def test_the_scopes_of_openid_change_nothing() -> None:
    scope = "https://vault.azure.net/.default openid offline_access profile"
    assert grants.resource_of(scope, PUBLIC) == "https://vault.azure.net"


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        pytest.param("https://vault.azure.net", 1002012, id="no-default"),
        pytest.param("https://graph.example/.default", 500011, id="unknown-resource"),
        pytest.param("https://vault.azure.cn/.default", 500011, id="another-cloud's-vault"),
        pytest.param("https://vault.azure.net/.default https://management.azure.com/.default", 70011, id="two"),
        pytest.param(" ", 70011, id="none"),
        pytest.param("openid offline_access profile", 70011, id="of-openid-alone"),
    ],
)
def test_refuses(scope: str, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        grants.resource_of(scope, PUBLIC)
    assert refusal.value.code == code


def test_a_resource_is_asked_for_by_its_bare_name() -> None:
    assert grants.known_resource("https://vault.azure.net/", PUBLIC) == "https://vault.azure.net/"
    with pytest.raises(RefusedError, match="AADSTS500011"):
        grants.known_resource("https://vault.azure.net/.default", PUBLIC)


def _grant(client: Client, capabilities: tuple[str, ...] = (), audience: str = "aud") -> Grant:
    return Grant(
        client=client,
        cloud=PUBLIC,
        audience=audience,
        method=grants.BY_ASSERTION,
        lifetime_seconds=60,
        capabilities=capabilities,
    )


def test_claims_are_those_of_a_managed_identity() -> None:
    identity = lab_azure.azure().directory.identities[0]
    claims = grants.claims(_grant(identity), NOW, lab_azure.sources())
    assert claims["exp"] - claims["iat"] == 60
    assert claims["oid"] == claims["sub"] == identity.principal_id
    assert (claims["appid"], claims["appidacr"], claims["ver"]) == (lab_azure.READER, "2", "1.0")
    assert claims["xms_mirid"] == identity.resource_id
    assert "xms_cc" not in claims


def test_a_token_for_the_exchange_has_the_newer_format() -> None:
    identity = lab_azure.azure().directory.identities[0]
    claims = grants.claims(_grant(identity, audience=EXCHANGE_APPLICATION), NOW, lab_azure.sources())
    assert claims["iss"] == PUBLIC.issuer_v2(lab_azure.TENANT)
    assert (claims["azp"], claims["azpacr"], claims["ver"]) == (lab_azure.READER, "2", "2.0")
    assert "appid" not in claims


def test_an_application_has_no_resource_and_keeps_its_capabilities() -> None:
    (application,) = lab_azure.azure(applications=[entra_clients.application()]).directory.applications
    claims = grants.claims(_grant(application, ("CP1",)), NOW, lab_azure.sources())
    assert "xms_mirid" not in claims
    assert claims["xms_cc"] == ["CP1"]


@pytest.mark.parametrize(
    ("lifetime", "refresh_in"), [pytest.param(7199, None, id="short"), pytest.param(7200, 3600, id="long")]
)
def test_a_long_token_says_when_to_refresh_as_a_whole_number(lifetime: int, refresh_in: int | None) -> None:
    assert grants.answer("t", lifetime).get("refresh_in") == refresh_in


def test_the_older_answer_has_its_numbers_as_texts() -> None:
    issued = int(NOW.timestamp())
    answer = grants.answer_v1("t", 60, "https://vault.azure.net", NOW)
    assert (answer["expires_in"], answer["not_before"]) == ("60", str(issued))
    assert (answer["expires_on"], answer["resource"]) == (str(issued + 60), "https://vault.azure.net")
