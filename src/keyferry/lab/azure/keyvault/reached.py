"""Ids as a client at another port than 443 can follow them: with the port that it asked.

Clients take the address of an object's vault from the object's id, as for the cryptography of a key.
"""

from typing import Any, Final

_IDS: Final = ("id", "kid", "sid", "recoveryId", "target")
_OF_USERS: Final = ("tags",)  # whose names and values are what somebody wrote


def content(answer: Any, vault_url: str, port_suffix: str) -> Any:
    """Return the JSON with `port_suffix`, as `:8443`, in each id of `vault_url`; the JSON itself where it is ""."""
    if not port_suffix:
        return answer
    if isinstance(answer, list):
        return [content(each, vault_url, port_suffix) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: _field(name, value, vault_url, port_suffix) for name, value in answer.items()}


def address(text: str, vault_url: str, port_suffix: str) -> str:
    """Return the address with the port where it is one of the vault's."""
    within = text.startswith(f"{vault_url}/")
    return vault_url + port_suffix + text.removeprefix(vault_url) if within else text


def _field(name: str, value: Any, vault_url: str, port_suffix: str) -> Any:
    if name in _OF_USERS:
        return value
    if name in _IDS and isinstance(value, str):
        return address(value, vault_url, port_suffix)
    return content(value, vault_url, port_suffix)
