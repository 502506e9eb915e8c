"""What Event Grid knows of the vaults: which there are, and what holds of a version now that was told of before."""

from collections.abc import Mapping
from typing import Any, Protocol

from keyferry.lab.azure.eventgrid import nearing, source
from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.keyvault.vaults import Vaults


class Catalogue(Protocol):
    """Vaults by name. Instants are unix seconds."""

    def source(self, vault: str) -> Source | None:
        """Return the vault that is called so, None where there is none."""
        ...

    def nearing(self, news: News, expires: int) -> int:
        """Return when a version that ends at `expires` is near its end."""
        ...

    def expires(self, news: News) -> int | None:
        """Return when the version ends as things are; None for never, and where it is gone."""
        ...


class VaultCatalogue:
    """The lab's own vaults."""

    def __init__(self, vaults: Vaults) -> None:
        self._vaults = vaults

    def source(self, vault: str) -> Source | None:
        """Return the vault that is called so, None where there is none."""
        found = self._vaults.by_name(vault)
        return None if found is None else source.of(found)

    def nearing(self, news: News, expires: int) -> int:
        """Return when a version that ends at `expires` is near its end."""
        return nearing.nearing(self._objects(news), news, expires)

    def expires(self, news: News) -> int | None:
        """Return when the version ends as things are; None for never, and where it is gone."""
        objects = self._objects(news)
        shelves: Mapping[str, Mapping[str, Any]] = {
            "Secret": objects.secrets.live,
            "Key": objects.keys.live,
            "Certificate": objects.certificates.live,
        }
        found = shelves[news.kind].get(news.name.lower())
        version = None if found is None else found.versions.get(news.version)
        expires: int | None = None if version is None else version.attributes.expires
        return expires

    def _objects(self, news: News) -> Objects:
        vault = self._vaults.by_name(news.vault)
        assert vault is not None, "a vault takes its events with it"
        return vault.objects
