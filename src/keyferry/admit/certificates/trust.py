"""Whether an API server that trusts a bundle would take the certificate that is shown: by a handshake in memory."""

import ssl
from contextlib import suppress
from typing import Final

NO_CHECK_TIME: Final = (
    0x200000  # X509_V_FLAG_NO_CHECK_TIME: https://docs.openssl.org/3.0/man3/X509_VERIFY_PARAM_set_flags/
)


def refusal(server: ssl.SSLContext, bundle_pem: bytes, host: str) -> str:
    """Return why such a client would refuse, "" where it would not. Dates are not looked at: clocks are `shown`'s."""
    try:
        client = _client(bundle_pem)
    except (ssl.SSLError, ValueError):
        return "it holds no certificate"
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(back, there, server_hostname=host)
    answering = server.wrap_bio(there, back, server_side=True)
    try:
        for _ in range(2):  # a handshake of TLS 1.3 has one turn each, and the client's end is the last word
            for side in (asking, answering):
                with suppress(ssl.SSLWantReadError):
                    side.do_handshake()
    except ssl.SSLCertVerificationError as error:
        return error.verify_message.rstrip(".")
    except ssl.SSLError as error:
        return f"the handshake fails ({error.reason})"
    return ""


def _client(bundle_pem: bytes) -> ssl.SSLContext:
    """As Go's clients are: whatever stands in the bundle is trusted, also what is no root."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.hostname_checks_common_name = False
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | NO_CHECK_TIME
    client.load_verify_locations(cadata=bundle_pem.decode("ascii"))
    return client
