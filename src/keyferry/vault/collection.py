"""The three collections of a vault through the vendor's clients, in the model's words.

Called by vault.client, one collection for each (vault, identity) that asks for it. Raises the vendor's errors. A client
of certificates or keys is loaded when first needed: most processes need neither.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote

from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.model.secrets import ObjectKind, SecretBundle, SecretProperties, SecretRef, SecretValue, VaultUrl
from keyferry.vault import fetching, listing
from keyferry.vault.direct import DirectClient
from keyferry.vault.properties import VendorProperties, properties_of

Options = Mapping[str, Any]


class Collection(Protocol):
    """What every collection can be asked. `options` go down the vendor's pipeline with each request."""

    async def get(self, ref: SecretRef, options: Options) -> SecretBundle:
        """Return an object with what its kind delivers as its value. ValueError for an answer without one."""
        ...

    def pages(self, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the list's pages, the empty ones in between too."""
        ...

    def versions(self, name: str, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the pages of the list of an object's versions."""
        ...

    def forget_challenge(self) -> None:
        """Ask the vault anew which tenant it trusts: the vendor's client keeps what it said for the process's life."""
        ...


def open_collection(kind: ObjectKind, vault_url: VaultUrl, credential: Any, options: Options) -> Collection:
    """Return the collection `kind` of a vault; `options` are those of the vendor's client (transport, retry policy)."""
    match kind:
        case ObjectKind.SECRET:
            return _Secrets(vault_url, credential, options)
        case ObjectKind.CERTIFICATE:
            return _Certificates(vault_url, credential, options)
        case ObjectKind.KEY:
            return _Keys(vault_url, credential, options)


class _Secrets:
    """Values as they are stored; of a certificate, its PKCS#12 or PEM with the private key."""

    def __init__(self, vault_url: VaultUrl, credential: Any, options: Options) -> None:
        self._vault_url = vault_url
        self._client = DirectClient(vault_url, credential, options)

    async def get(self, ref: SecretRef, options: Options) -> SecretBundle:
        """Return the secret. Needs `secrets/getSecret/action`."""
        return await fetching.secret(self._client, ref, options)

    def pages(self, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the pages of secrets. Needs `secrets/readMetadata/action`."""
        return listing.pages(self._client, "/secrets", options)

    def versions(self, name: str, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the pages of a secret's versions. Needs `secrets/readMetadata/action`."""
        return listing.pages(self._client, _versions("secrets", name), options)

    def forget_challenge(self) -> None:
        """Ask the vault anew which tenant it trusts."""
        http_challenge_cache.remove_challenge_for_url(self._vault_url)


class _Certificates:
    """The public certificate as DER."""

    def __init__(self, vault_url: VaultUrl, credential: Any, options: Options) -> None:
        from azure.keyvault.certificates.aio import CertificateClient  # noqa: PLC0415  (loaded when needed)

        self._vault_url = vault_url
        self._client = CertificateClient(vault_url, credential, **options)

    async def get(self, ref: SecretRef, options: Options) -> SecretBundle:
        """Return the certificate. Needs `certificates/read`."""
        certificate = await self._client.get_certificate_version(ref.name, ref.version, **options)
        if not certificate.cer:
            raise ValueError("the answer has no certificate")
        assert certificate.properties is not None, "the vendor's client makes them with each certificate"
        return SecretBundle(properties=_of(ref, certificate.properties), value=SecretValue(bytes(certificate.cer)))

    def pages(self, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the pages of certificates. Needs `certificates/read`."""
        return listing.pages(self._client, "/certificates", options)

    def versions(self, name: str, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the pages of a certificate's versions. Needs `certificates/read`."""
        return listing.pages(self._client, _versions("certificates", name), options)

    def forget_challenge(self) -> None:
        """Ask the vault anew which tenant it trusts."""
        from azure.keyvault.certificates._shared import http_challenge_cache  # noqa: PLC0415  (loaded when needed)

        http_challenge_cache.remove_challenge_for_url(self._vault_url)


class _Keys:
    """The public key as a JSON Web Key."""

    def __init__(self, vault_url: VaultUrl, credential: Any, options: Options) -> None:
        from azure.keyvault.keys.aio import KeyClient  # noqa: PLC0415  (loaded when needed)

        self._vault_url = vault_url
        self._client = KeyClient(vault_url, credential, **options)

    async def get(self, ref: SecretRef, options: Options) -> SecretBundle:
        """Return the key. Needs `keys/read`."""
        from keyferry.vault.forms import jwk  # noqa: PLC0415  (loaded when needed)

        key = await self._client.get_key(ref.name, ref.version, **options)
        parts = {name: getattr(key.key, name, None) for name in ("kid", "kty", "key_ops", "n", "e", "crv", "x", "y")}
        if parts["kty"] is None:
            raise ValueError("the answer has no key")
        return SecretBundle(properties=_of(ref, key.properties), value=SecretValue(jwk.to_json(parts)))

    def pages(self, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the pages of keys. Needs `keys/read`."""
        return listing.pages(self._client, "/keys", options)

    def versions(self, name: str, options: Options) -> AsyncIterator[tuple[SecretProperties, ...]]:
        """Return the pages of a key's versions. Needs `keys/read`."""
        return listing.pages(self._client, _versions("keys", name), options)

    def forget_challenge(self) -> None:
        """Ask the vault anew which tenant it trusts."""
        from azure.keyvault.keys._shared import http_challenge_cache  # noqa: PLC0415  (loaded when needed)

        http_challenge_cache.remove_challenge_for_url(self._vault_url)


def _versions(collection: str, name: str) -> str:
    return f"/{collection}/{quote(name, safe='')}/versions"


def _of(ref: SecretRef, properties: VendorProperties) -> SecretProperties:
    """Return the properties of `ref`. ValueError for another object's, or nobody's: no vault gives that answer."""
    told = properties_of(properties)
    if told.name.lower() != ref.name.lower():
        raise ValueError("the answer is of another object")
    return told
