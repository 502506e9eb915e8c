"""The cluster's OIDC discovery document and keys, open to everyone as the issuer's host publishes them.

On a real AKS cluster the issuer is a public host of its own, and the API server serves the same two documents at its
standard paths. OpenID Connect Discovery 1.0 §4: a trailing slash of the issuer is removed before the path is appended.
"""

from urllib.parse import urlsplit

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.tokens import Issuer
from keyferry.lab.world.http import Request, Response

DISCOVERY = "/.well-known/openid-configuration"
KEYS = "/openid/v1/jwks"
_MEDIA = {DISCOVERY: "application/json", KEYS: "application/jwk-set+json"}


def answer(issuer: Issuer, request: Request) -> Response | None:
    """Return the open document that the request names, None when it names none."""
    place = urlsplit(issuer.url)
    prefix = place.path.rstrip("/")
    at_issuer = request.host == (place.hostname or "")
    for path in _MEDIA:
        if request.path == path or (at_issuer and request.path == f"{prefix}{path}"):
            return _document(issuer, request, path)
    return None


def _document(issuer: Issuer, request: Request, path: str) -> Response:
    if request.method not in ("GET", "HEAD"):
        raise status.method_not_allowed("", "")
    body = issuer.discovery() if path == DISCOVERY else issuer.jwks()
    headers = (("Content-Type", _MEDIA[path]), ("Cache-Control", "public, max-age=3600"))
    return Response(status=200, headers=headers, body=objects.encode(body))
