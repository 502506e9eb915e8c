"""What is rendered of an estate's sites, as values. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from keyferry.provision.manifests.placement import Document, Placement
from keyferry.provision.tree import Files


class Form(StrEnum):
    """How manifests are written: a file for each site, a Kustomize base with overlays, or values of a Helm chart."""

    PLAIN = "plain"
    KUSTOMIZE = "kustomize"
    HELM = "helm"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A site that has no manifests yet, and why, in a sentence without a full stop."""

    site: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An object, with comments for whoever reads it."""

    document: Document
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteManifests:
    """The objects of one site, in the order in which they may be applied.

    `namespace` is the Namespace, None where it is there already or came with an earlier site; `policy`, the
    NetworkPolicy, and `account`, the ServiceAccount, likewise. `patch` is the example for the site's Deployment, and no
    object to apply.
    """

    placement: Placement
    namespace: Manifest | None
    policy: Manifest | None
    account: Manifest | None
    objects: tuple[Manifest, ...]
    patch: Manifest

    @property
    def site(self) -> str:
        """The site's name."""
        return self.placement.site.name

    def own(self) -> Iterator[Manifest]:
        """Yield what is to be applied but for the NetworkPolicy, which is the same in each namespace."""
        yield from filter(None, (self.namespace, self.account))
        yield from self.objects

    def all(self) -> Iterator[Manifest]:
        """Yield what is to be applied."""
        yield from filter(None, (self.namespace, self.policy, self.account))
        yield from self.objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The files, by paths below the folder that the estate is rendered to, and the sites that have none."""

    files: Files
    left_out: tuple[LeftOut, ...]
