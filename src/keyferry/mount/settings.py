"""The settings of a node process, as its flags and environment give them."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

DRIVER: Final = "secrets-store.csi.k8s.io"


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Of the Azure provider. `cloud` is the default of classes that name none."""

    cloud: str = "AzurePublicCloud"
    cloud_file_folders: tuple[Path, ...] = (Path("/etc/kubernetes"),)
    construct_pem_chain: bool = True
    separate_files: bool = False
    own_identity_usable_from: frozenset[str] | None = None
    token_proxy_url: str = ""  # "" for the cluster's own
    sni_name: str = ""  # "" to find it out


@dataclass(frozen=True, slots=True)
class VolumeSettings:
    """Of the volumes. `folder` is the plugin's own, `kubelet_root` the one below which targets lie.

    With `without_tmpfs` volumes are plain directories: their content can reach a disk.
    """

    kubelet_root: Path = Path("/var/lib/kubelet")
    folder: Path = Path("/var/lib/kubelet/plugins/keyferry")
    size_limit_bytes: int = 16 * 1024 * 1024
    without_tmpfs: bool = False
    key_file: Path | None = None  # of the last good copies, on a tmpfs; None keeps the key in this process alone


@dataclass(frozen=True, slots=True)
class VendorSettings:
    """Of other vendors' providers: where their sockets are, and how much one may answer."""

    folders: tuple[Path, ...] = (
        Path("/etc/kubernetes/secrets-store-csi-providers"),
        Path("/var/run/secrets-store-csi-providers"),
    )
    most_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`endpoint` and `provider_endpoint` are `unix://…`; "" serves it not. `registration_folder` "" registers nowhere.

    `registered_path` is the CSI socket as kubelet sees it, "" for the endpoint's own path. `rotation_interval` is how
    old mounted content may get, None for never looked at again.
    """

    node_id: str
    kubeconfig: Path | None = None
    context: str | None = None
    endpoint: str = "unix:///csi/csi.sock"
    driver_name: str = DRIVER
    registration_folder: str = ""
    registered_path: str = ""
    provider_endpoint: str = ""
    rotation_interval: timedelta | None = timedelta(minutes=2)
    request_tokens: bool = False
    concurrent: int = 32
    health_address: str = ":8095"
    provider: ProviderSettings = ProviderSettings()
    volumes: VolumeSettings = VolumeSettings()
    vendors: VendorSettings = VendorSettings()
