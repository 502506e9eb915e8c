"""Where a webhook listens: by its URL, or behind a Service."""

from typing import Any

from keyferry.lab.kubernetes.admission.asking import Ask
from keyferry.lab.kubernetes.admission.attributes import World
from keyferry.lab.kubernetes.admission.hooks import Hook

SERVICES = ("", "services")
LOOPBACK = "127.0.0.1"


class NowhereError(Exception):
    """Nobody listens there; the text is what the server says in place of an answer."""


def ask(hook: Hook, body: bytes, world: World) -> Ask:
    """Return the request that brings `body` to the webhook. NowhereError where its Service leads nowhere."""
    url, address = _place(hook.client_config, f"?timeout={hook.timeout_seconds}s", world)
    return Ask(url=url, body=body, timeout_seconds=hook.timeout_seconds, ca_pem=hook.ca_pem, address=address)


def _place(config: dict[str, Any], query: str, world: World) -> tuple[str, tuple[str, int] | None]:
    service = config.get("service")
    if not service:
        return f"{config['url']}{query}", None
    name, namespace = service["name"], service["namespace"]
    path = "/" + str(service.get("path") or "").lstrip("/")
    url = f"https://{name}.{namespace}.svc:{service.get('port', 443)}{path}{query}"
    port = world.ports.get((namespace, name))
    if world.store.get(SERVICES, (namespace, name)) is None:
        raise NowhereError(f'Post "{url}": service "{name}" not found')
    if port is None:
        raise NowhereError(f'Post "{url}": no endpoints available for service "{name}"')
    return url, (LOOPBACK, port)
