"""The least that a server with aiohttp and TLS can do: take a body, and answer as much as the webhook answers.

`python -m bench.echo PORT CERTIFICATE KEY`. What it costs at a steady rate, and more than flat out, is the machine's
share of what the webhook costs: code and data that rested for a few milliseconds have left the caches.
"""

import asyncio
import ssl
import sys
from typing import Final

from aiohttp import web

ANSWER: Final = b'{"allowed":true,"filler":"' + b"x" * 3000 + b'"}'


async def serve(port: int, certificate: str, key: str) -> None:
    """Answer until the process is ended."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    listener = await asyncio.get_running_loop().create_server(
        web.Server(_answer, access_log=None), "127.0.0.1", port, ssl=tls
    )
    await listener.serve_forever()


async def _answer(request: web.BaseRequest) -> web.StreamResponse:
    await request.read()
    return web.Response(body=ANSWER, content_type="application/json")


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), *sys.argv[2:]))
