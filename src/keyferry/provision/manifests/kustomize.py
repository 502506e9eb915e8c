"""Kustomize: a base of what is alike in every namespace, an overlay for each site, and its patch as a component. Pure.

An overlay builds without the Deployment. Whoever has it in a kustomization of their own names the component there, to
have it patched. https://kubectl.docs.kubernetes.io/references/kustomize/
"""

from collections.abc import Iterable, Iterator
from typing import Final

from keyferry.provision.manifests import egress, plain, yaml_text
from keyferry.provision.manifests.placement import Document
from keyferry.provision.manifests.state import SiteManifests
from keyferry.provision.tree import Files

_FOLDER: Final = "manifests/kustomize"
_POLICY: Final = "network-policy.yaml"
_SITE: Final = "site.yaml"
_WORKLOAD: Final = "workload.yaml"


def files(estate: str, found: Iterable[SiteManifests]) -> Files:
    """Return the base, all overlays, and a kustomization of all of them."""
    made = dict(_base(estate))
    overlays = []
    for site in found:
        overlay = dict(_overlay(estate, site))
        overlays += [f"overlays/{site.site}"] if overlay else []
        made.update({**overlay, **dict(_component(estate, site))})
    made[f"{_FOLDER}/kustomization.yaml"] = _kustomization(estate, {"resources": overlays})
    return made


def _base(estate: str) -> Iterator[tuple[str, bytes]]:
    yield f"{_FOLDER}/base/kustomization.yaml", _kustomization(estate, {"resources": [_POLICY]})
    policy = egress.network_policy(estate, "")
    yield f"{_FOLDER}/base/{_POLICY}", yaml_text.documents(_header(estate), ((policy, ()),))


def _overlay(estate: str, site: SiteManifests) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a site, none where all that it has came with another one: an overlay of nothing is an error.

    The base goes with the first site of a namespace, because there is one policy in each.
    """
    folder = f"{_FOLDER}/overlays/{site.site}"
    manifests = tuple(site.own())
    if resources := [*(["../../base"] if site.policy else []), *([_SITE] if manifests else [])]:
        namespace = site.placement.site.namespace
        fields = {"namespace": namespace, "resources": resources}
        yield f"{folder}/kustomization.yaml", _kustomization(estate, fields)
    if manifests:
        yield f"{folder}/{_SITE}", plain.document(estate, site.site, manifests)


def _component(estate: str, site: SiteManifests) -> Iterator[tuple[str, bytes]]:
    folder = f"{_FOLDER}/components/{site.site}"
    component = {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "patches": [{"path": _WORKLOAD}],
    }
    yield f"{folder}/kustomization.yaml", yaml_text.documents(_header(estate), ((component, ()),))
    yield f"{folder}/{_WORKLOAD}", plain.document(estate, site.site, (site.patch,))


def _kustomization(estate: str, fields: Document) -> bytes:
    document = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **fields}
    return yaml_text.documents(_header(estate), ((document, ()),))


def _header(estate: str) -> tuple[str, ...]:
    return (f"The estate {estate}, rendered by keyferry provision: edit keyferry.yaml and render again.",)
