import pytest

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.access import oidc
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.kubernetes.tokens import Issuer
from keyferry.lab.world.http import Request

WITH_SLASH = Issuer("https://issuer.example/tenant/1/")
WITHOUT = Issuer("https://issuer.example/tenant/1", key=None)


@pytest.mark.parametrize("issuer", [pytest.param(WITH_SLASH, id="slash"), pytest.param(WITHOUT, id="no-slash")])
@pytest.mark.parametrize(
    ("host", "path", "found"),
    [
        pytest.param("issuer.example", "/tenant/1/.well-known/openid-configuration", True, id="at-the-issuer"),
        pytest.param("issuer.example", "/tenant/1/openid/v1/jwks", True, id="keys-at-the-issuer"),
        pytest.param("127.0.0.1", "/.well-known/openid-configuration", True, id="standard-path"),
        pytest.param("127.0.0.1", "/openid/v1/jwks", True, id="keys-at-the-standard-path"),
        pytest.param("127.0.0.1", "/tenant/1/openid/v1/jwks", False, id="issuer-path-at-another-host"),
        pytest.param("issuer.example", "/tenant/1//openid/v1/jwks", False, id="double-slash"),
        pytest.param("issuer.example", "/api", False, id="another-path"),
    ],
)
def test_publishes(issuer: Issuer, host: str, path: str, found: bool) -> None:
    answer = oidc.answer(issuer, Request(method="GET", host=host, path=path))
    assert (answer is not None) is found


def test_the_document_repeats_the_issuer_to_the_letter() -> None:
    answer = oidc.answer(WITH_SLASH, Request(method="GET", path=oidc.DISCOVERY))
    assert answer is not None
    document = objects.decode(answer.body)
    assert document["issuer"] == "https://issuer.example/tenant/1/"
    assert document["jwks_uri"] == "https://issuer.example/tenant/1/openid/v1/jwks"


def test_can_only_be_read() -> None:
    with pytest.raises(StatusError, match="does not allow this method"):
        oidc.answer(WITHOUT, Request(method="POST", path=oidc.KEYS))
