"""What makes a site's Kubernetes Secret: a SecretStore for each vault, and one ExternalSecret. Pure."""

from datetime import timedelta
from typing import Final

from keyferry.model.wellknown import ES_GROUP, ES_VERSION
from keyferry.provision.manifests.placement import Document, Placement
from keyferry.spec import durations
from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.sites import Consumption, Delivery, ObjectType, Site, SiteSecret

PULL_KEY: Final = ".dockerconfigjson"  # https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
_PULL_TYPE: Final = "kubernetes.io/dockerconfigjson"
_API: Final = f"{ES_GROUP}/{ES_VERSION}"
_PREFIX: Final = {ObjectType.SECRET: "", ObjectType.CERTIFICATE: "cert/", ObjectType.KEY: "key/"}


def stores(placement: Placement) -> list[Document]:
    """Return a SecretStore for each vault, which asks as the site's ServiceAccount, with no credential stored."""
    return [_store(placement, vault) for vault in placement.by_vault(Delivery.SECRET)]


def external_secret(placement: Placement) -> Document | None:
    """Return the ExternalSecret that fills the site's Secret, None where nothing comes as one."""
    by_vault = placement.by_vault(Delivery.SECRET)
    if not by_vault:
        return None
    site = placement.site
    vault = site.vault if site.vault in by_vault else next(iter(by_vault))
    return {
        "apiVersion": _API,
        "kind": "ExternalSecret",
        "metadata": placement.metadata(site.name),
        "spec": {
            "refreshInterval": interval(site.refresh_interval),
            "secretStoreRef": _reference(placement, vault),
            "target": _target(site),
            "data": [_entry(placement, secret, vault) for secret in site.delivered(Delivery.SECRET)],
        },
    }


def creation_policy(site: Site) -> str:
    """Return whose the Secret is.

    One of keyferry's own name goes with its ExternalSecret (Owner). One that the application had before may hold more
    than the estate says: its keys are brought up to date in one write, the others stay, and so does the Secret.
    """
    return "Owner" if site.secret_name == f"{site.name}-secrets" else "CreateOrMerge"


def interval(duration: timedelta) -> str:
    """Return a duration as people write it: `1h` where Go prints `1h0m0s`."""
    text = durations.render(duration)
    text = text.removesuffix("0s") if text.endswith("m0s") else text
    return text.removesuffix("0m") if text.endswith("h0m") else text


def is_pull_login(secret: SiteSecret) -> bool:
    """Tell whether kubelet pulls images with it: it looks at Secrets of one type alone, and in them for one key."""
    return secret.consume is Consumption.SECRET_REF and secret.alias == PULL_KEY


def key_of(secret: SiteSecret) -> str:
    """Return a vault's object as `remoteRef.key` names it. https://external-secrets.io/latest/provider/azure-key-vault/"""
    return f"{_PREFIX[secret.type]}{secret.name}"


def _store(placement: Placement, vault: str) -> Document:
    provider: Document = {
        "vaultUrl": placement.vault_url(vault),
        "tenantId": placement.identity.tenant_id,
        "authType": "WorkloadIdentity",
        "serviceAccountRef": {"name": placement.site.service_account},
    }
    if placement.cloud is not Cloud.PUBLIC:
        provider["environmentType"] = str(placement.cloud)
    return {
        "apiVersion": _API,
        "kind": "SecretStore",
        "metadata": placement.metadata(placement.name_for(vault)),
        "spec": {"provider": {"azurekv": provider}},
    }


def _target(site: Site) -> Document:
    target: Document = {"name": site.secret_name, "creationPolicy": creation_policy(site)}
    if any(map(is_pull_login, site.delivered(Delivery.SECRET))):
        target["template"] = {"type": _PULL_TYPE}
    return target


def _entry(placement: Placement, secret: SiteSecret, vault: str) -> Document:
    remote = {"key": key_of(secret), **({"version": secret.version} if secret.version else {})}
    entry: Document = {"secretKey": secret.alias, "remoteRef": remote}
    if secret.vault != vault:
        entry["sourceRef"] = {"storeRef": _reference(placement, secret.vault)}
    return entry


def _reference(placement: Placement, vault: str) -> Document:
    return {"kind": "SecretStore", "name": placement.name_for(vault)}
