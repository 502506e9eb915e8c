"""Every refusal names what was presented, why it was refused, and what to change."""

from typing import Final

import pytest

from keyferry.identity.federation import FederatedCredential, Rejection, TokenFacts, audiences_of, explain
from keyferry.identity.federation.remedies import WORDS
from keyferry.model.identity import ClientId, ProjectedIdentity, ServiceAccountRef, TenantId, WorkloadIdentity

ISSUER: Final = "https://westeurope.oic.prod-aks.azure.com/t/c/"
SHOWN: Final = TokenFacts(issuer=ISSUER)
IDENTITY: Final = WorkloadIdentity(
    tenant_id=TenantId("11111111-1111-1111-1111-111111111111"),
    client_id=ClientId("22222222-2222-2222-2222-222222222222"),
    service_account=ServiceAccountRef(namespace="payments", name="api"),
    authority_host="https://login.microsoftonline.com",
    audiences=audiences_of("PublicCloud"),
)


def credential(
    name: str = "main",
    *,
    issuer: str = ISSUER,
    subject: str = IDENTITY.subject,
    audience: str = IDENTITY.audiences[0],
) -> FederatedCredential:
    return FederatedCredential(name=name, issuer=issuer, subject=subject, audiences=(audience,))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(700211, (ISSUER, IDENTITY.client_id, "issuer"), id="issuer"),
        pytest.param(700212, (IDENTITY.audiences[0], "audience"), id="audience"),
        pytest.param(700213, (IDENTITY.subject, IDENTITY.client_id, ISSUER, "subject"), id="subject"),
        pytest.param(70021, (IDENTITY.subject, ISSUER, "a few minutes"), id="no-match"),
        pytest.param(70025, ("no federated credential at all", IDENTITY.subject), id="none-configured"),
        pytest.param(700016, (IDENTITY.client_id, "azure.workload.identity/client-id", "payments/api"), id="client"),
        pytest.param(700016, ("clientID of the pod's class",), id="client-of-a-mount"),
        pytest.param(90002, (IDENTITY.tenant_id, "tenantId"), id="tenant"),
        pytest.param(900023, (IDENTITY.tenant_id, "GUID"), id="tenant-form"),
        pytest.param(700024, ("time of validity", "clocks"), id="time"),
        pytest.param(700027, ("signature", f"{ISSUER}/openid/v1/jwks"), id="signature"),
        pytest.param(90061, ("cannot read the signing keys", ".well-known/openid-configuration"), id="unreachable"),
        pytest.param(50166, ("cannot read the signing keys",), id="unreachable-otherwise"),
        pytest.param(7002131, (IDENTITY.subject, ISSUER), id="flexible-expression"),
        pytest.param(700222, ("issued by Entra itself", "payments/api"), id="token-of-entra"),
        pytest.param(700227, ("does not allow the audience",), id="forbidden-audience"),
        pytest.param(900144, ("told by entra", "keyferry's own"), id="parameter-missing"),
        pytest.param(9002313, ("told by entra", "keyferry's own"), id="malformed"),
        pytest.param(7000216, ("no usable client assertion",), id="no-assertion"),
        pytest.param(50049, ("no cloud instance", IDENTITY.authority_host), id="cloud-instance"),
        pytest.param(7000229, ("no service principal", "az ad sp create"), id="no-service-principal"),
        pytest.param(53003, ("Conditional Access",), id="conditional-access"),
        pytest.param(500011, ("same cloud and tenant", "told by entra"), id="resource"),
        pytest.param(123456, ("told by entra", IDENTITY.client_id), id="unknown-code"),
    ],
)
def test_explains_a_code(code: int, words: tuple[str, ...]) -> None:
    description = f"AADSTS{code}: told by entra. Trace ID: 1-2-3 Correlation ID: 4"
    error = explain(Rejection(code=code, description=description), IDENTITY, SHOWN)

    assert error.code == code
    assert f"AADSTS{code}" in error.cause
    assert "1-2-3" not in str(error)
    assert all(word in str(error) for word in words), str(error)
    assert str(error.where) == "ServiceAccount payments/api"


@pytest.mark.parametrize("code", WORDS)
def test_every_row_fills_all_its_braces(code: int) -> None:
    error = explain(Rejection(code=code), IDENTITY, TokenFacts())

    assert "{" not in str(error)
    assert error.cause
    assert error.remedy


@pytest.mark.parametrize(
    ("code", "configured", "words"),
    [
        pytest.param(
            700213,
            [credential(subject=IDENTITY.subject[:-1] + "l")],
            (f'"{IDENTITY.subject}"', f'"{IDENTITY.subject[:-1]}l"', "character 34", '"i"', '"l"'),
            id="names-both-subjects-and-the-character",
        ),
        pytest.param(
            700213,
            [credential("far", subject="system:x"), credential("near", subject="system:serviceaccount:payments:app")],
            ('"near"', "character 34"),
            id="chooses-the-nearest",
        ),
        pytest.param(700211, [credential(issuer=ISSUER[:-1])], ("only by a slash at the end",), id="trailing-slash"),
        pytest.param(700212, [credential(audience="api://x")], ("audience", '"api://x"'), id="audience"),
        pytest.param(70021, [credential(subject="other")], ("subject", '"other"'), id="finds-the-field-by-itself"),
        pytest.param(70021, [credential()], ("matches now",), id="all-match-by-now"),
        pytest.param(700213, [credential()], ("matches now",), id="the-field-matches-by-now"),
        pytest.param(
            700212,
            [FederatedCredential(name="n", issuer=ISSUER, subject=IDENTITY.subject, audiences=())],
            ("nothing more is configured",),
            id="no-audience-configured",
        ),
    ],
)
def test_compares_with_what_is_configured(
    code: int, configured: list[FederatedCredential], words: tuple[str, ...]
) -> None:
    error = explain(Rejection(code=code), IDENTITY, SHOWN, configured)

    assert all(word in error.cause for word in words), error.cause


def test_does_not_compare_where_credentials_do_not_matter() -> None:
    assert "nearest" not in explain(Rejection(code=90002), IDENTITY, SHOWN, [credential("x")]).cause


def test_without_a_code_there_is_no_number() -> None:
    assert "AADSTS" not in explain(Rejection(code=0, description="odd"), IDENTITY, SHOWN).cause


def test_hides_a_token_that_a_description_repeats() -> None:
    told = "AADSTS50027: bad eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJpIn0.c2ln here"

    assert "eyJ" not in str(explain(Rejection(code=999, description=told), IDENTITY, SHOWN))


def test_explains_the_token_of_a_file_by_what_it_says_of_itself() -> None:
    own = ProjectedIdentity(
        tenant_id=IDENTITY.tenant_id,
        client_id=IDENTITY.client_id,
        authority_host=IDENTITY.authority_host,
        token_file="/var/run/token",
    )
    shown = TokenFacts(issuer=ISSUER, subject="system:serviceaccount:keyferry:operator", audiences=("aud",))

    error = explain(Rejection(code=70021), own, shown)

    assert error.what == "Entra refused the token of the file /var/run/token"
    assert all(word in error.cause for word in (ISSUER, shown.subject, "audience aud")), error.cause
    assert "AZURE_CLIENT_ID" in explain(Rejection(code=700016), own, shown).remedy
    assert "subject (not readable)" in explain(Rejection(code=70021), own, TokenFacts()).cause
