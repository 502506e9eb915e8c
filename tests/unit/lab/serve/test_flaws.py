import ssl
from datetime import UTC, datetime

import pytest
from cryptography import x509

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.flaws import ANOTHER_NAME, Flaws
from keyferry.lab.world.faults import Flaw

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOST = "kv-one.vault.azure.net"


def shown_to(client_name: str, flaw: Flaw | None) -> x509.Certificate:
    """The certificate that a client sees which asks for `client_name`, without a socket."""
    asked: list[str] = []

    def flaw_of(host: str) -> Flaw | None:
        asked.append(host)
        return flaw

    server_context = Flaws(Authority(NOW), (HOST,), flaw_of).context()
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.check_hostname, client_context.verify_mode = False, ssl.CERT_NONE
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=client_name)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert asked == [client_name.lower()]
    shown = client.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown)


@pytest.mark.parametrize(
    ("flaw", "is_good", "name"),
    [
        pytest.param(None, True, HOST, id="none"),
        pytest.param(Flaw.EXPIRED, False, HOST, id="expired"),
        pytest.param(Flaw.NOT_YET_VALID, False, HOST, id="not-yet-valid"),
        pytest.param(Flaw.WRONG_NAME, True, ANOTHER_NAME, id="wrong-name"),
    ],
)
def test_a_handshake_gets_the_flaw_of_its_name(flaw: Flaw | None, is_good: bool, name: str) -> None:
    certificate = shown_to(HOST, flaw)
    assert (certificate.not_valid_before_utc < NOW < certificate.not_valid_after_utc) is is_good
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [name]
