"""The requests of a write, one desk for each kind of object, by the vendor's clients. Called by writer.

Deleting and recovering are sent by the clients' own pipeline, and not by the methods that wait for their end: what
becomes of them is seen at the next look. Raises the vendor's errors.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Protocol

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, map_error
from azure.core.rest import HttpRequest
from azure.keyvault.secrets.aio import SecretClient

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, VaultUrl
from keyferry.vault.collection import Options
from keyferry.vault.properties import properties_of
from keyferry.vault.writing.shapes import Certificate, Key, Material
from keyferry.vault.writing.wish import Present, Wish

_ERRORS: Final = {401: ClientAuthenticationError}
_UNKNOWN_ISSUER: Final = "Unknown"  # whoever issued it, the vault cannot renew it


class Desk(Protocol):
    """What a write asks of one kind of object. `options` go down the vendor's pipeline with each request."""

    async def look(self, name: str, made: Material, options: Options) -> Present:
        """Return what is there, compared with what was made of the wanted value."""
        ...

    async def owner(self, name: str, options: Options) -> Present:
        """Return what is there, compared with nothing."""
        ...

    async def write(self, wish: Wish, made: Material, options: Options) -> None:
        """Make a new version of that material."""
        ...

    async def update(self, wish: Wish, version: str, options: Options) -> None:
        """Change attributes and tags of a version."""
        ...

    async def delete(self, name: str, options: Options) -> None:
        """Delete the object; where the vault keeps what is deleted, it keeps this."""
        ...

    async def deleted_tags(self, name: str, options: Options) -> Mapping[str, str]:
        """Return the tags of a deleted object."""
        ...

    async def recover(self, name: str, options: Options) -> None:
        """Begin to bring a deleted object back."""
        ...


def open_desk(kind: ObjectKind, vault_url: VaultUrl, credential: Any, options: Options) -> Desk:
    """Return the desk for a kind of object; `options` are those of the vendor's client (transport, retry policy)."""
    match kind:
        case ObjectKind.SECRET:
            return _Secrets(SecretClient(vault_url, credential, **options))
        case ObjectKind.CERTIFICATE:
            from azure.keyvault.certificates.aio import CertificateClient  # noqa: PLC0415  (loaded when needed)

            return _Certificates(CertificateClient(vault_url, credential, **options))
        case ObjectKind.KEY:
            from azure.keyvault.keys.aio import KeyClient  # noqa: PLC0415  (loaded when needed)

            return _Keys(KeyClient(vault_url, credential, **options))


class _Counter:
    """What the three kinds have in common."""

    _collection: str

    def __init__(self, client: Any) -> None:
        self._client = client

    async def delete(self, name: str, options: Options) -> None:
        await self._send("DELETE", f"{self._collection}/{name}", options)

    async def deleted_tags(self, name: str, options: Options) -> Mapping[str, str]:
        answer = await self._send("GET", f"deleted{self._collection}/{name}", options)
        return dict(answer.json().get("tags") or {})

    async def recover(self, name: str, options: Options) -> None:
        await self._send("POST", f"deleted{self._collection}/{name}/recover", options)

    async def _send(self, method: str, path: str, options: Options) -> Any:
        response = await self._client.send_request(HttpRequest(method, path), **options)
        if response.status_code >= 400:
            map_error(response.status_code, response, _ERRORS)
            raise HttpResponseError(response=response)
        return response


class _Secrets(_Counter):
    _collection = "secrets"

    async def look(self, name: str, made: Material, options: Options) -> Present:
        found = await self._client.get_secret(name, **options)
        return _present(found.properties, is_same=found.value == made)

    async def owner(self, name: str, options: Options) -> Present:
        return _present((await self._client.get_secret(name, **options)).properties)

    async def write(self, wish: Wish, made: Material, options: Options) -> None:
        await self._client.set_secret(
            wish.ref.name,
            made,
            enabled=True,
            tags=dict(wish.tags),
            content_type=wish.content_type or None,
            expires_on=wish.expires,
            **options,
        )

    async def update(self, wish: Wish, version: str, options: Options) -> None:
        await self._client.update_secret_properties(
            wish.ref.name,
            version,
            tags=dict(wish.tags),
            content_type=wish.content_type or None,
            expires_on=wish.expires,
            **options,
        )


class _Certificates(_Counter):
    _collection = "certificates"

    async def look(self, name: str, made: Material, options: Options) -> Present:
        assert isinstance(made, Certificate), "of a certificate's value a certificate is made"
        found = await self._client.get_certificate(name, **options)
        return _present(found.properties, is_same=bytes(found.cer or b"") == made.leaf)

    async def owner(self, name: str, options: Options) -> Present:
        return _present((await self._client.get_certificate(name, **options)).properties)

    async def write(self, wish: Wish, made: Material, options: Options) -> None:
        from azure.keyvault.certificates import CertificateContentType, CertificatePolicy  # noqa: PLC0415  (when needed)

        assert isinstance(made, Certificate), "of a certificate's value a certificate is made"
        if not made.has_key:
            raise SpecError(
                what=f"certificate {wish.ref.name} cannot be imported: the value holds no private key",
                cause="Key Vault takes a certificate with its private key alone",
                remedy="push both together: PKCS#12, or PEM of the certificate and its key",
            )
        pem = CertificatePolicy(issuer_name=_UNKNOWN_ISSUER, content_type=CertificateContentType.pem)
        await self._client.import_certificate(
            wish.ref.name, made.content, tags=dict(wish.tags), policy=pem if made.is_pem else None, **options
        )

    async def update(self, wish: Wish, version: str, options: Options) -> None:
        await self._client.update_certificate_properties(wish.ref.name, version, tags=dict(wish.tags), **options)


class _Keys(_Counter):
    _collection = "keys"

    async def look(self, name: str, made: Material, options: Options) -> Present:
        assert isinstance(made, Key), "of a key's value a key is made"
        found = await self._client.get_key(name, **options)
        members = {name: _plain(getattr(found.key, name, None)) for name in ("kty", "n", "e", "crv", "x", "y")}
        is_same = made.has_public_half(members)
        return _present(found.properties, is_same=is_same, is_backing=bool(found.properties.managed))

    async def owner(self, name: str, options: Options) -> Present:
        found = await self._client.get_key(name, **options)
        return _present(found.properties, is_backing=bool(found.properties.managed))

    async def write(self, wish: Wish, made: Material, options: Options) -> None:
        from azure.keyvault.keys import JsonWebKey  # noqa: PLC0415  (loaded when needed)

        assert isinstance(made, Key), "of a key's value a key is made"
        web_key = JsonWebKey(**made.members)
        await self._client.import_key(wish.ref.name, web_key, enabled=True, tags=dict(wish.tags), **options)

    async def update(self, wish: Wish, version: str, options: Options) -> None:
        await self._client.update_key_properties(wish.ref.name, version, tags=dict(wish.tags), **options)


def _plain(member: Any) -> Any:
    return member.value if isinstance(member, Enum) else member


def _present(properties: Any, *, is_same: bool = False, is_backing: bool = False) -> Present:
    told = properties_of(properties)
    return Present(
        version=told.version,
        tags=dict(told.tags),
        content_type=told.content_type,
        expires=told.expires,
        is_backing=is_backing or told.certificate_backed,
        is_same=is_same,
    )
