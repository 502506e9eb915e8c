"""TLS handshakes in memory."""

import contextlib
import ssl


def certificate_shown(context: ssl.SSLContext) -> bytes:
    """Shake hands with a server; return the certificate that it shows."""
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.check_hostname = False
    client_context.verify_mode = ssl.CERT_NONE
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(back, there)
    server = context.wrap_bio(there, back, server_side=True)
    waiting = [client, server]
    while waiting:
        for one in tuple(waiting):
            with contextlib.suppress(ssl.SSLWantReadError):
                one.do_handshake()
                waiting.remove(one)
    return client.getpeercert(binary_form=True) or b""
