from dataclasses import replace
from typing import Any

import pytest

from keyferry.lab.azure import clouds
from keyferry.lab.azure.entra import assertion, federation
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.seed.declaration import FederatedCredential
from tests.fakes import lab_azure

CREDENTIAL = FederatedCredential(
    name="one", issuer=lab_azure.ISSUER, subject=lab_azure.READER_SUBJECT, audience=lab_azure.AUDIENCE
)
OTHERS = (
    FederatedCredential(name="two", issuer="https://other/", subject=lab_azure.READER_SUBJECT, audience="x"),
    FederatedCredential(name="three", issuer=lab_azure.ISSUER, subject="configured-subject", audience="x"),
)


def test_finds_the_credential_that_fits() -> None:
    presented = assertion.read(lab_azure.assertion(aud=["other", lab_azure.AUDIENCE]))
    assert federation.match(presented, (*OTHERS, CREDENTIAL), "client") is CREDENTIAL


@pytest.mark.parametrize(
    ("claims", "code", "presented"),
    [
        pytest.param({"iss": "https://evil.example/"}, 700211, "https://evil.example/", id="issuer"),
        pytest.param({"iss": lab_azure.ISSUER[:-1]}, 700211, lab_azure.ISSUER[:-1], id="issuer-without-its-slash"),
        pytest.param({"sub": "system:serviceaccount:apps:other"}, 700213, "apps:other", id="subject"),
        pytest.param({"sub": lab_azure.READER_SUBJECT.upper()}, 700213, "KV-READER", id="subject-in-capitals"),
        pytest.param({"aud": ["https://kubernetes.default.svc"]}, 700212, "kubernetes.default", id="audience"),
        pytest.param(
            {"iss": "https://other/", "sub": "configured-subject"},
            700213,
            "configured-subject",
            id="issuer-of-one-and-subject-of-another",
        ),
    ],
)
def test_refuses_the_first_thing_that_differs(claims: dict[str, Any], code: int, presented: str) -> None:
    read = assertion.read(lab_azure.assertion(**claims))
    with pytest.raises(RefusedError) as refusal:
        federation.match(read, (CREDENTIAL, *OTHERS), "client")
    assert refusal.value.code == code
    assert presented in refusal.value.message


def test_the_answer_never_tells_what_is_configured() -> None:
    with pytest.raises(RefusedError) as refusal:
        federation.match(assertion.read(lab_azure.assertion(sub="x")), (CREDENTIAL, *OTHERS), "client")
    assert CREDENTIAL.subject not in refusal.value.message
    assert "configured-subject" not in refusal.value.message


def test_a_client_without_credentials_takes_no_assertion() -> None:
    with pytest.raises(RefusedError) as refusal:
        federation.match(assertion.read(lab_azure.assertion()), (), "client")
    assert refusal.value.code == 70025


def test_a_first_credential_that_is_not_noticed_yet_is_a_code_of_its_own() -> None:
    assert federation.not_yet_noticed("client").code == 70021


def test_entra_s_own_tokens_have_the_audience_by_its_id() -> None:
    presented = assertion.read(lab_azure.assertion(aud=clouds.EXCHANGE_APPLICATION))
    assert federation.match(presented, (CREDENTIAL,), "client") is CREDENTIAL
    with pytest.raises(RefusedError, match="AADSTS700212"):
        federation.match(presented, (replace(CREDENTIAL, audience="another"),), "client")
