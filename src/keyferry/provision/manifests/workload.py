"""An example patch for a site's Deployment: who its pods are, and how they take what the estate says. Pure.

A strategic merge patch: what the Deployment has beside it stays, but for `envFrom`, which such a patch replaces whole.
https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from keyferry.model.wellknown import IGNORE_ANNOTATION, USE_LABEL
from keyferry.provision.manifests import secrets
from keyferry.provision.manifests.placement import Document, Placement
from keyferry.spec.estate.sites import Consumption, Delivery, SiteSecret

DRIVER: Final = "secrets-store.csi.k8s.io"
RESTART_ANNOTATION: Final = "keyferry.io/restart-on-change"  # docs/how-to/restart-on-change.md
_VOLUME: Final = "keyferry"  # what begins the volumes' names: a Deployment may have one called "secrets"
_IN_ENV: Final = "secret-in-env"  # the rule of `keyferry check` that the estate has already answered


class _Mount(NamedTuple):
    """A volume and where it is mounted."""

    name: str
    path: str
    source: Document


def patch(placement: Placement) -> Document:
    """Return the patch. Its container is called as the Deployment is: put your own container's name there."""
    site = placement.site
    metadata: Document = {"name": site.workload, "namespace": site.namespace}
    if any(map(_is_in_environment, site.secrets)):
        restart = f"secret/{site.secret_name}"
        metadata["annotations"] = {RESTART_ANNOTATION: restart, IGNORE_ANNOTATION: _IN_ENV}
    mounts = tuple(_mounts(placement))
    spec: Document = {"serviceAccountName": site.service_account, "containers": [_container(placement, mounts)]}
    if any(map(secrets.is_pull_login, site.secrets)):
        spec["imagePullSecrets"] = [{"name": site.secret_name}]
    if mounts:
        spec["volumes"] = [{"name": mount.name, **mount.source} for mount in mounts]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {"template": {"metadata": {"labels": {USE_LABEL: "true"}}, "spec": spec}},
    }


def notes(placement: Placement) -> Iterator[str]:
    """Yield what the reader of the patch should know."""
    site = placement.site
    deployment = f"deployment {site.workload} -n {site.namespace}"
    yield f"An example for Deployment {site.workload}: write your container's name for its own, and then"
    yield f"  kubectl patch {deployment} --patch-file FILE"
    if any(map(_is_whole, site.secrets)):
        yield "A patch replaces envFrom as a whole: add what the container takes from elsewhere."


def _container(placement: Placement, mounts: tuple[_Mount, ...]) -> Document:
    site = placement.site
    container: Document = {"name": site.workload}
    if variables := [_variable(site.secret_name, secret) for secret in site.secrets if _is_variable(secret)]:
        container["env"] = variables
    if any(map(_is_whole, site.secrets)):
        container["envFrom"] = [{"secretRef": {"name": site.secret_name}}]
    if mounts:
        container["volumeMounts"] = [
            {"name": mount.name, "mountPath": mount.path, "readOnly": True} for mount in mounts
        ]
    return container


def _mounts(placement: Placement) -> Iterator[_Mount]:
    """Yield a volume for each class, that of the site's own vault at its mount path, and one of the Secret's keys.

    No two have one name or path, whatever vaults are called: their names have no dots.
    """
    site = placement.site
    root = site.mount_path.rstrip("/")
    vaults = placement.by_vault(Delivery.FILES)
    for vault in vaults:
        is_own = vault == site.vault
        path, name = (root, _VOLUME) if is_own else (f"{root}-{vault.lower()}", f"{_VOLUME}-kv-{vault.lower()}")
        attributes = {"secretProviderClass": placement.name_for(vault)}
        yield _Mount(name, path, {"csi": {"driver": DRIVER, "readOnly": True, "volumeAttributes": attributes}})
    files = [secret for secret in site.delivered(Delivery.SECRET) if secret.consume is Consumption.FILES]
    if files:
        path = f"{root}.secret" if site.vault in vaults else root
        items = [{"key": secret.alias, "path": secret.alias} for secret in files]
        yield _Mount(f"{_VOLUME}-secret", path, {"secret": {"secretName": site.secret_name, "items": items}})


def _is_in_environment(secret: SiteSecret) -> bool:
    return _is_variable(secret) or _is_whole(secret)


def _is_whole(secret: SiteSecret) -> bool:
    return secret.consume is Consumption.SECRET_REF and not secrets.is_pull_login(secret)


def _is_variable(secret: SiteSecret) -> bool:
    return secret.consume is Consumption.ENV


def _variable(secret_name: str, secret: SiteSecret) -> Document:
    return {"name": secret.alias, "valueFrom": {"secretKeyRef": {"name": secret_name, "key": secret.alias}}}
