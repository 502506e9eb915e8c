"""What the cloud answered when the estate was made: client ids, vaults' addresses, the issuer. No secret is among it.

Read from `terraform output -json`, or put together from ARM's answers; manifests need the client ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from keyferry.model.errors import SpecError


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeIdentity:
    """One identity as Azure knows it; all three are GUIDs. `principal_id` is the object id, which roles name."""

    client_id: str
    principal_id: str
    tenant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """`identities` by the estate's names for them, `vault_urls` by the vaults' names.

    A URL is `https://host`, with no slash at the end.
    """

    issuer: str
    identities: Mapping[str, MadeIdentity]
    vault_urls: Mapping[str, str]


NOTHING = Outputs(issuer="", identities={}, vault_urls={})


class _Identity(msgspec.Struct):
    client_id: str
    principal_id: str
    tenant_id: str


class _Value(msgspec.Struct):
    issuer: str
    identities: dict[str, _Identity]
    vault_urls: dict[str, str]


class _Output(msgspec.Struct):
    value: _Value


class _Document(msgspec.Struct):
    keyferry: _Output


def parse(document: bytes) -> Outputs:
    """Return the outputs of the root module, from `terraform output -json`. SpecError where they are no such outputs.

    The root module has one output, `keyferry`, an object with `issuer`, `identities` and `vault_urls`.
    https://developer.hashicorp.com/terraform/cli/commands/output
    """
    try:
        value = msgspec.json.decode(document, type=_Document).keyferry.value
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SpecError(
            what="these are not the outputs of an estate",
            cause=f"the JSON has not the shape of `terraform output -json`: {error}",
            remedy="run `terraform output -json` in the folder that keyferry rendered, after `terraform apply`",
        ) from None
    identities = {name: MadeIdentity(**_fields(made)) for name, made in value.identities.items()}
    urls = {name: url.rstrip("/") for name, url in value.vault_urls.items()}
    return Outputs(issuer=value.issuer, identities=identities, vault_urls=urls)


def document(outputs: Outputs) -> bytes:
    """Return what `parse` reads."""
    identities = {name: _Identity(**_made(identity)) for name, identity in outputs.identities.items()}
    value = _Value(issuer=outputs.issuer, identities=identities, vault_urls=dict(outputs.vault_urls))
    return msgspec.json.format(msgspec.json.encode(_Document(keyferry=_Output(value=value)), order="sorted"), indent=2)


def _fields(made: _Identity) -> dict[str, Any]:
    return msgspec.structs.asdict(made)


def _made(identity: MadeIdentity) -> dict[str, str]:
    return {
        "client_id": identity.client_id,
        "principal_id": identity.principal_id,
        "tenant_id": identity.tenant_id,
    }
