"""What every injection of a process has in common. Made by `configuration.read`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from keyferry.model.wellknown import TOKEN_AUDIENCE

PUBLIC_AUTHORITY_HOST: Final = "https://login.microsoftonline.com/"
_IMAGES: Final = "mcr.microsoft.com/oss/azure/workload-identity"
_RELEASE: Final = "v1.6.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaData:
    """The token proxy's certificate authority as PEM, in a variable."""

    pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaConfigMap:
    """A ConfigMap in the pod's namespace whose key `ca.crt` holds the authority; a pod waits until it is there."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaTrustBundle:
    """ClusterTrustBundles of a signer, chosen by labels; an empty selector takes all of the signer's."""

    signer_name: str
    label_selector: Mapping[str, Any] = field(default_factory=dict)


CertificateAuthority = CaData | CaConfigMap | CaTrustBundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How pods that ask for an identity binding come to their tokens: through the cluster's token proxy.

    A pod asks by the annotation `annotation: "true"`. Without `authority`, the image's own authorities count.
    https://learn.microsoft.com/azure/aks/identity-bindings-concepts
    """

    annotation: str
    audience: str
    token_proxy: str
    sni_name: str = ""
    authority: CertificateAuthority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyImages:
    """The images of the proxy that stands for the metadata endpoint, upstream's own; `log_level` is its flag."""

    sidecar: str = f"{_IMAGES}/proxy:{_RELEASE}"
    init: str = f"{_IMAGES}/proxy-init:{_RELEASE}"
    log_level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionSettings:
    """`tenant_id` serves ServiceAccounts that name none; `authority_host` is Entra's address with a trailing slash.

    `native_sidecars`: the cluster restarts init containers that ask for it, which every node does from 1.32 on.
    """

    tenant_id: str
    authority_host: str = PUBLIC_AUTHORITY_HOST
    audience: str = TOKEN_AUDIENCE
    binding: Binding | None = None
    proxy: ProxyImages = field(default_factory=ProxyImages)
    native_sidecars: bool = True
