from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from keyferry.lab.azure.clouds import CLOUDS, Cloud
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, assertion, content, drive, issuer_answers, later, token_request

LOGIN = "login.microsoftonline.com"


def _get(path: str, host: str = LOGIN) -> Any:
    return drive(lab_azure.azure().handle(Request(method="GET", host=host, path=path), NOW))


def test_grants_a_token_that_the_published_keys_verify() -> None:
    world = lab_azure.azure()
    answer = drive(world.handle(token_request(claims='{"access_token":{"xms_cc":{"values":["CP1"]}}}'), NOW))
    body = content(answer)
    assert answer.status == 200
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    published = content(
        drive(world.handle(Request(method="GET", host=LOGIN, path=f"/{lab_azure.TENANT}/discovery/v2.0/keys"), NOW))
    )
    claims = jwt.decode(body["access_token"], KeySet.import_key_set(published), ["RS256"]).claims
    assert claims["aud"] == "https://vault.azure.net"
    assert claims["iss"] == f"https://sts.windows.net/{lab_azure.TENANT}/"
    assert claims["xms_cc"] == ["CP1"]


@pytest.mark.parametrize(
    ("lifetime", "refresh_in"), [pytest.param(3600, None, id="short"), pytest.param(86399, 43199, id="long")]
)
def test_a_long_token_says_when_to_refresh_as_a_whole_number(lifetime: int, refresh_in: int | None) -> None:
    world = lab_azure.azure(entra={"accessTokenLifetimeSeconds": lifetime})
    assert content(drive(world.handle(token_request(), NOW))).get("refresh_in") == refresh_in


def test_a_domain_names_a_tenant_too() -> None:
    assert drive(lab_azure.azure().handle(token_request("lab.example"), NOW)).status == 200


@pytest.mark.parametrize(
    ("tenant", "fields", "code"),
    [
        pytest.param("no such tenant", {}, 900023, id="tenant-malformed"),
        pytest.param("00000000-0000-4000-8000-000000000000", {}, 90002, id="tenant-unknown"),
        pytest.param(lab_azure.TENANT, {"client_id": lab_azure.STRANGER}, 700016, id="client-of-another-tenant"),
        pytest.param(lab_azure.TENANT, {"client_id": lab_azure.LONER}, 70025, id="no-federated-credential"),
        pytest.param(lab_azure.TENANT, {"client_assertion": "x"}, 50027, id="assertion-malformed"),
        pytest.param(lab_azure.TENANT, {"client_assertion": assertion(iss="https://x/")}, 700211, id="issuer"),
        pytest.param(lab_azure.TENANT, {"client_assertion": assertion(sub="x")}, 700213, id="subject"),
        pytest.param(lab_azure.TENANT, {"client_assertion": assertion(aud=["x"])}, 700212, id="audience"),
        pytest.param(lab_azure.TENANT, {"client_assertion": assertion("other")}, 700027, id="key-not-published"),
        pytest.param(
            lab_azure.TENANT,
            {"client_assertion": assertion("other", {"kid": lab_azure.rsa_key("issuer").thumbprint()})},
            700027,
            id="signature",
        ),
        pytest.param(lab_azure.TENANT, {"client_assertion": assertion(exp=int(NOW.timestamp()))}, 700024, id="expired"),
        pytest.param(lab_azure.TENANT, {"scope": "https://vault.azure.net"}, 1002012, id="scope"),
        pytest.param(lab_azure.TENANT, {"scope": "https://x/.default"}, 500011, id="resource"),
        # several faults: the earlier check speaks
        pytest.param("no such tenant", {"grant_type": None}, 900023, id="tenant-before-fields"),
        pytest.param(lab_azure.TENANT, {"scope": None, "client_id": "x"}, 900144, id="fields-before-client"),
        pytest.param(
            lab_azure.TENANT, {"client_id": "x", "client_assertion": "x"}, 700016, id="client-before-assertion"
        ),
        pytest.param(
            lab_azure.TENANT,
            {"client_assertion": assertion("other", iss="https://x/", sub="x")},
            700211,
            id="issuer-first",
        ),
        pytest.param(
            lab_azure.TENANT, {"client_assertion": assertion("other", exp=1)}, 700027, id="signature-before-time"
        ),
        pytest.param(
            lab_azure.TENANT, {"client_assertion": assertion(exp=1), "scope": "x"}, 700024, id="time-before-scope"
        ),
    ],
)
def test_refuses(tenant: str, fields: dict[str, Any], code: int) -> None:
    answer = drive(lab_azure.azure().handle(token_request(tenant, **fields), NOW))
    assert content(answer)["error_codes"] == [code]


def test_an_issuer_that_cannot_be_reached_is_named() -> None:
    answer = drive(lab_azure.azure().handle(token_request(), NOW), {})
    assert content(answer)["error_codes"] == [90061]
    assert lab_azure.ISSUER in content(answer)["error_description"]


def test_keys_are_fetched_once_for_many_tokens() -> None:
    world = lab_azure.azure()
    drive(world.handle(token_request(), NOW), issuer_answers())
    assert drive(world.handle(token_request(), later(minutes=30)), {}).status == 200


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in CLOUDS])
def test_a_tenant_lives_in_its_own_cloud(cloud: Cloud) -> None:
    tenants = [{"id": lab_azure.TENANT, "cloud": cloud.name}, {"id": lab_azure.OTHER_TENANT}]
    world = lab_azure.azure(tenants=tenants)
    for each in CLOUDS:
        request = token_request(host=each.authority_hosts[0], scope=f"{each.vault_resource}/.default")
        answer = drive(world.handle(request, NOW))
        assert (answer.status == 200) is (each is cloud)
        if each is not cloud:
            assert content(answer)["error_codes"] == [90002]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/common/discovery/instance", 200, id="instance-discovery"),
        pytest.param(f"/{lab_azure.TENANT}/v2.0/.well-known/openid-configuration", 200, id="configuration"),
        pytest.param("/nowhere.example/v2.0/.well-known/openid-configuration", 400, id="configuration-of-nobody"),
        pytest.param("/nowhere.example/discovery/v2.0/keys", 400, id="keys-of-nobody"),
        pytest.param(f"/{lab_azure.TENANT}/oauth2/v2.0/token", 400, id="a-get-of-the-token-endpoint"),
        pytest.param("/", 404, id="root"),
    ],
)
def test_public_documents(path: str, status: int) -> None:
    assert _get(path).status == status


def test_configuration_names_the_tenant_by_id_though_asked_by_domain() -> None:
    document = content(_get("/lab.example/v2.0/.well-known/openid-configuration"))
    assert document["issuer"] == f"https://{LOGIN}/{lab_azure.TENANT}/v2.0"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_the_token_endpoint_takes_a_post_alone(method: str) -> None:
    answer = drive(lab_azure.azure().handle(replace(token_request(), method=method), NOW))
    assert content(answer)["error_codes"] == [900561]
    assert method in content(answer)["error_description"]


def test_the_older_endpoint_is_refused_in_words() -> None:
    request = replace(token_request(), path=f"/{lab_azure.TENANT}/oauth2/token")
    answer = drive(lab_azure.azure().handle(request, NOW))
    assert answer.status == 404
    assert "/oauth2/v2.0/token" in content(answer)["error_description"]
