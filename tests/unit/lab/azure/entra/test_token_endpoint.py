from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.clouds import CLOUDS, Cloud
from keyferry.lab.azure.seed.declaration import FederatedCredential
from keyferry.lab.world.http import Request, Response
from tests.fakes import entra_clients, lab_azure
from tests.fakes.entra_clients import APPLICATION
from tests.fakes.lab_azure import NOW, TENANT, assertion, content, drive, issuer_answers, later, token_request

LOGIN = "login.microsoftonline.com"
CAE = '{"access_token":{"xms_cc":{"values":["CP1"]}}}'
FEDERATED = {"name": "one", "issuer": lab_azure.ISSUER, "subject": lab_azure.READER_SUBJECT}


def _azure(**changes: Any) -> Azure:
    return lab_azure.azure(applications=[entra_clients.application(**changes)])


def _post(world: Azure, now: datetime = NOW, **fields: Any) -> Response:
    return drive(world.handle(token_request(**fields), now))


def _as_application(world: Azure, now: datetime = NOW, **fields: Any) -> Response:
    return _post(world, now, **{"client_id": APPLICATION, "client_assertion": None, **fields})


def _codes(answer: Response) -> Any:
    return content(answer)["error_codes"]


def _claims(world: Azure, answer: Response) -> dict[str, Any]:
    request = Request(method="GET", host=LOGIN, path=f"/{TENANT}/discovery/v2.0/keys")
    keys = KeySet.import_key_set(content(drive(world.handle(request, NOW))))
    return dict(jwt.decode(content(answer)["access_token"], keys, ["RS256"]).claims)


def test_grants_a_token_that_the_published_keys_verify() -> None:
    world = lab_azure.azure()
    answer = _post(world, claims=CAE)
    body = content(answer)
    assert answer.status == 200
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    claims = _claims(world, answer)
    assert claims["aud"] == "https://vault.azure.net"
    assert claims["iss"] == f"https://sts.windows.net/{TENANT}/"
    assert (claims["xms_cc"], claims["appidacr"]) == (["CP1"], "2")


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        pytest.param({"client_secret": "good/secret+1"}, "1", id="secret"),
        pytest.param({"client_assertion": entra_clients.assertion()}, "2", id="certificate"),
        pytest.param({"client_assertion": assertion()}, "2", id="federated-credential"),
    ],
)
def test_an_application_proves_itself_in_three_ways(fields: dict[str, Any], method: str) -> None:
    world = _azure(federatedCredentials=[FEDERATED])
    answer = _as_application(world, **fields)
    assert answer.status == 200, answer.body
    claims = _claims(world, answer)
    assert (claims["appidacr"], claims["appid"]) == (method, APPLICATION)
    assert claims["oid"] == world.directory.applications[0].principal_id


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"client_secret": "bad"}, 7000215, id="wrong-secret"),
        pytest.param({"client_assertion": entra_clients.assertion("other")}, 700027, id="unknown-certificate"),
        pytest.param({"client_assertion": assertion()}, 70025, id="no-federated-credential"),
        pytest.param({"client_assertion": "x", "client_secret": "good/secret+1"}, 50027, id="assertion-goes-first"),
        pytest.param({}, 7000216, id="nothing"),
        pytest.param({"client_secret": "bad", "scope": "x"}, 7000215, id="secret-before-scope"),
    ],
)
def test_an_application_is_refused(fields: dict[str, Any], code: int) -> None:
    assert _codes(_as_application(_azure(), **fields)) == [code]


def test_a_managed_identity_cannot_sign_for_itself() -> None:
    own = entra_clients.assertion(iss=lab_azure.READER, sub=lab_azure.READER)
    assert _codes(_post(lab_azure.azure(), client_assertion=own)) == [700211]


def test_a_client_of_capabilities_gets_a_long_token() -> None:
    world = lab_azure.azure(entra={})
    short, long = _post(world), _post(world, claims=CAE)
    assert content(short)["expires_in"] == 86_399
    assert content(short)["refresh_in"] == 43_199
    assert 24 * 3600 <= content(long)["expires_in"] <= 28 * 3600
    assert "xms_cc" not in _claims(world, short)


@pytest.mark.parametrize(
    ("tenant", "fields", "code"),
    [
        pytest.param("no such tenant", {}, 900023, id="tenant-malformed"),
        pytest.param("00000000-0000-4000-8000-000000000000", {}, 90002, id="tenant-unknown"),
        pytest.param(TENANT, {"client_id": lab_azure.STRANGER}, 700016, id="client-of-another-tenant"),
        pytest.param(TENANT, {"client_id": lab_azure.LONER}, 70025, id="no-federated-credential"),
        pytest.param(TENANT, {"client_assertion": "x"}, 50027, id="assertion-malformed"),
        pytest.param(TENANT, {"client_assertion": assertion(header={"typ": "JWE"})}, 5002727, id="type"),
        pytest.param(TENANT, {"client_assertion": assertion(iss="https://x/")}, 700211, id="issuer"),
        pytest.param(TENANT, {"client_assertion": assertion(sub="x")}, 700213, id="subject"),
        pytest.param(TENANT, {"client_assertion": assertion(aud=["x"])}, 700212, id="audience"),
        pytest.param(TENANT, {"client_assertion": assertion("other")}, 700027, id="key-not-published"),
        pytest.param(
            TENANT,
            {"client_assertion": assertion("other", {"kid": lab_azure.rsa_key("issuer").thumbprint()})},
            700027,
            id="signature",
        ),
        pytest.param(TENANT, {"client_assertion": assertion(exp=int(NOW.timestamp()))}, 700024, id="expired"),
        pytest.param(TENANT, {"scope": "https://vault.azure.net"}, 1002012, id="scope"),
        pytest.param(TENANT, {"scope": "https://x/.default"}, 500011, id="resource"),
        # several faults: the earlier check speaks
        pytest.param("no such tenant", {"grant_type": None}, 900023, id="tenant-before-fields"),
        pytest.param(TENANT, {"scope": None, "client_id": "x"}, 900144, id="fields-before-client"),
        pytest.param(TENANT, {"client_id": "x", "client_assertion": "x"}, 700016, id="client-before-assertion"),
        pytest.param(
            TENANT, {"client_assertion": assertion("other", iss="https://x/", sub="x")}, 700211, id="issuer-first"
        ),
        pytest.param(TENANT, {"client_assertion": assertion("other", exp=1)}, 700027, id="signature-before-time"),
        pytest.param(TENANT, {"client_assertion": assertion(exp=1), "scope": "x"}, 700024, id="time-before-scope"),
    ],
)
def test_refuses(tenant: str, fields: dict[str, Any], code: int) -> None:
    assert _codes(drive(lab_azure.azure().handle(token_request(tenant, **fields), NOW))) == [code]


def test_an_issuer_that_cannot_be_reached_is_named() -> None:
    answer = drive(lab_azure.azure().handle(token_request(), NOW), {})
    assert _codes(answer) == [90061]
    assert lab_azure.ISSUER in content(answer)["error_description"]


def _lent_token(world: Azure, client_id: str = lab_azure.READER, **fields: Any) -> str:
    """A managed identity's own token for the exchange."""
    answer = _post(world, client_id=client_id, scope="api://AzureADTokenExchange/.default", **fields)
    return str(content(answer)["access_token"])


def test_a_managed_identity_s_token_is_traded_for_an_application_s() -> None:
    subject = lab_azure.azure().directory.identities[0].principal_id
    trust = {"name": "one", "issuer": f"https://{LOGIN}/{TENANT}/v2.0", "subject": subject}
    world = _azure(federatedCredentials=[trust])
    answer = _as_application(world, client_assertion=_lent_token(world))
    assert _claims(world, answer)["appid"] == APPLICATION
    world.tokens.keys.overlap = timedelta(0)
    token = _lent_token(world)
    world.tokens.keys.rotate(NOW)
    world.tokens.keys.keys[0] = replace(world.tokens.keys.keys[0], kid="another")
    assert _codes(_as_application(world, client_assertion=token)) == [700027]


def test_keys_are_fetched_once_for_many_tokens() -> None:
    world = lab_azure.azure()
    drive(world.handle(token_request(), NOW), issuer_answers())
    assert drive(world.handle(token_request(), later(minutes=4)), {}).status == 200
    assert _codes(drive(world.handle(token_request(), later(minutes=5)), {})) == [90061]


def test_a_new_credential_is_noticed_after_a_while() -> None:
    world = _azure()
    world.directory.delays.federated_credential_seconds = 60
    first, second = (
        FederatedCredential(name=name, issuer=lab_azure.ISSUER, subject=subject, audience=lab_azure.AUDIENCE)
        for name, subject in (("one", lab_azure.READER_SUBJECT), ("two", "other"))
    )
    (application,) = world.directory.applications
    world.directory.put_credential(application, first, NOW)
    token = assertion()
    assert _codes(_as_application(world, later(seconds=59), client_assertion=token)) == [70021]
    assert _as_application(world, later(seconds=60), client_assertion=token).status == 200
    world.directory.put_credential(application, second, later(seconds=60))
    assert _codes(_as_application(world, later(seconds=61), client_assertion=assertion(sub="other"))) == [700213]
    world.directory.remove_credential(application, "one", later(seconds=70))
    assert _as_application(world, later(seconds=129), client_assertion=token).status == 200
    assert _codes(_as_application(world, later(seconds=130), client_assertion=token)) == [700213]


def test_a_refusal_may_outlive_its_cause() -> None:
    world = _azure()
    world.directory.delays.negative_answer_seconds = 30
    (application,) = world.directory.applications
    assert _codes(_as_application(world, client_assertion=assertion())) == [70025]
    credential = FederatedCredential(
        name="one", issuer=lab_azure.ISSUER, subject=lab_azure.READER_SUBJECT, audience=lab_azure.AUDIENCE
    )
    world.directory.put_credential(application, credential, NOW)
    assert _codes(_as_application(world, later(seconds=29), client_assertion=assertion())) == [70025]
    assert _as_application(world, later(seconds=30), client_assertion=assertion()).status == 200


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in CLOUDS])
def test_a_tenant_lives_in_its_own_cloud(cloud: Cloud) -> None:
    tenants = [{"id": TENANT, "cloud": cloud.name}, {"id": lab_azure.OTHER_TENANT}]
    world = lab_azure.azure(tenants=tenants)
    for each in CLOUDS:
        for host in each.login_hosts:
            answer = _post(world, host=host, scope=f"{each.vault_resource}/.default")
            assert (answer.status == 200) is (each is cloud)
            if each is not cloud:
                assert _codes(answer) == [90002]


def _older(**fields: Any) -> Request:
    request = token_request(**{"scope": None, "resource": "https://vault.azure.net", **fields})
    return replace(request, path=f"/{TENANT}/oauth2/token")


def test_the_older_endpoint_grants_the_same_token() -> None:
    world = lab_azure.azure()
    answer = drive(world.handle(_older(), NOW))
    body = content(answer)
    assert (body["expires_in"], body["resource"]) == ("3600", "https://vault.azure.net")
    assert _claims(world, answer)["aud"] == "https://vault.azure.net"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"resource": None}, 900144, id="no-resource"),
        pytest.param({"resource": "https://x"}, 500011, id="unknown-resource"),
        pytest.param({"client_assertion": assertion(sub="x")}, 700213, id="subject"),
    ],
)
def test_the_older_endpoint_refuses(fields: dict[str, Any], code: int) -> None:
    assert _codes(drive(lab_azure.azure().handle(_older(**fields), NOW))) == [code]
