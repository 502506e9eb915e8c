"""Whether an API server that trusts a bundle would take the certificate that is shown: by a handshake in memory."""

import ssl
from contextlib import suppress
from typing import Any, Final

NO_CHECK_TIME: Final = (
    0x200000  # X509_V_FLAG_NO_CHECK_TIME: https://docs.openssl.org/3.0/man3/X509_VERIFY_PARAM_set_flags/
)


def refusal(server: ssl.SSLContext, bundle_pem: bytes, host: str) -> str:
    """Return why such a client would refuse, "" where it would not. Dates are not looked at: clocks are `shown`'s."""
    try:
        client = _client(bundle_pem)
    except (ssl.SSLError, ValueError):
        return "it holds no certificate"
    try:
        _shake(client, server, host)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message.rstrip(".")
    except ssl.SSLError as error:
        return f"the handshake fails ({error.reason})"
    return ""


def seen(server: ssl.SSLContext, bundle_pem: bytes) -> Any:
    """Return what stands in the server's certificate, as SSLSocket.getpeercert() tells it to a client of any name.

    ssl.SSLError where such a client would refuse it, ValueError where the bundle is no PEM.
    """
    client = _client(bundle_pem)
    client.check_hostname = False
    return _shake(client, server, None).getpeercert()


def _shake(client: ssl.SSLContext, server: ssl.SSLContext, host: str | None) -> ssl.SSLObject:
    """Return the client's side, done or not."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(back, there, server_hostname=host)
    answering = server.wrap_bio(there, back, server_side=True)
    for _ in range(2):  # a handshake of TLS 1.3 has one turn each, and the client's end is the last word
        for side in (asking, answering):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return asking


def _client(bundle_pem: bytes) -> ssl.SSLContext:
    """As Go's clients are: whatever stands in the bundle is trusted, also what is no root."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.hostname_checks_common_name = False
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | NO_CHECK_TIME
    client.load_verify_locations(cadata=bundle_pem.decode("ascii"))
    return client
