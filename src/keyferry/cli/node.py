"""`keyferry node`: mounts Key Vault's secrets as files, as a CSI node plugin with the Azure provider inside."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from keyferry.cli import working
from keyferry.cli.logging import LogFormatOption, LogLevelOption
from keyferry.cli.operator import namespaces
from keyferry.model.errors import SpecError
from keyferry.mount.settings import DRIVER, ProviderSettings, Settings, VendorSettings, VolumeSettings
from keyferry.runtime import logs
from keyferry.spec import durations

KubeconfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="This node's cluster; by default KUBECONFIG, ~/.kube/config, or the pod's own.", exists=True),
]
EndpointOption: TypeAlias = Annotated[str, typer.Option(help='Where kubelet calls, as unix:///path; "" for nowhere.')]
DriverOption: TypeAlias = Annotated[str, typer.Option("--drivername", help="The CSI driver's name, as pods have it.")]
NodeOption: TypeAlias = Annotated[str, typer.Option("--nodeid", help="This node's name.", envvar="NODE_NAME")]
RegistrationOption: TypeAlias = Annotated[
    str, typer.Option("--registration-dir", help="kubelet's plugins_registry as mounted here; none registers nowhere.")
]
RegisteredOption: TypeAlias = Annotated[
    str,
    typer.Option("--kubelet-registration-path", help="The CSI socket as kubelet sees it; by default the endpoint's."),
]
KubeletRootOption: TypeAlias = Annotated[Path, typer.Option(help="kubelet's folder, below which targets lie.")]
FolderOption: TypeAlias = Annotated[Path, typer.Option("--plugin-dir", help="This plugin's own folder.")]
SizeOption: TypeAlias = Annotated[int, typer.Option(min=1, max=1024, help="The most that one volume holds, in MiB.")]
PlainOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--without-tmpfs",
        help="Where nothing can be mounted: plain directories, whose content can reach a disk. Not for production.",
    ),
]
KeyFileOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="The key of last good copies, on a tmpfs; without it they end with this process."),
]
RotationOption: TypeAlias = Annotated[
    bool, typer.Option("--enable-secret-rotation/--no-secret-rotation", help="Keep mounted content in step.")
]
IntervalOption: TypeAlias = Annotated[
    str, typer.Option("--rotation-poll-interval", help='How old mounted content may get, such as "2m".')
]
TokensOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--request-tokens",
        help="Ask the cluster for tokens that kubelet does not send; needs create on serviceaccounts/token.",
    ),
]
ProviderOption: TypeAlias = Annotated[
    str,
    typer.Option(help="Where the Azure provider serves the upstream driver, as unix:///path; nowhere by default."),
]
VolumeOption: TypeAlias = Annotated[
    Path, typer.Option("--provider-volume", help="The folder of other vendors' provider sockets.")
]
MoreVolumesOption: TypeAlias = Annotated[
    str, typer.Option("--additional-provider-volume-paths", help="Further such folders, searched first; with commas.")
]
MessageOption: TypeAlias = Annotated[
    int, typer.Option("--max-call-recv-msg-size", min=1024, help="The most that another vendor's provider may answer.")
]
CloudOption: TypeAlias = Annotated[str, typer.Option("--cloud-name", help="The cloud of classes that name none.")]
CloudFilesOption: TypeAlias = Annotated[
    str, typer.Option("--cloud-file-folders", help="Folders in which cloudEnvFileName may lie; with commas.")
]
ChainOption: TypeAlias = Annotated[
    bool, typer.Option("--construct-pem-chain/--no-construct-pem-chain", help="Put certificates leaf first.")
]
SeparateOption: TypeAlias = Annotated[
    bool, typer.Option("--write-cert-and-key-in-separate-files", help="Add NAME.crt and NAME.key to a certificate.")
]
OwnIdentityOption: TypeAlias = Annotated[
    str, typer.Option(help="Namespaces whose classes may use this machine's identities; * is all.")
]


def command(  # noqa: PLR0913  (each parameter is a flag)
    *,
    kubeconfig: KubeconfigOption = None,
    context: Annotated[str | None, typer.Option(help="The context of the kubeconfig.")] = None,
    node_id: NodeOption = "",
    endpoint: EndpointOption = "unix:///csi/csi.sock",
    driver_name: DriverOption = DRIVER,
    registration_folder: RegistrationOption = "",
    registered_path: RegisteredOption = "",
    kubelet_root: KubeletRootOption = Path("/var/lib/kubelet"),
    folder: FolderOption = Path("/var/lib/kubelet/plugins/keyferry"),
    volume_size_limit: SizeOption = 16,
    without_tmpfs: PlainOption = False,
    key_file: KeyFileOption = None,
    rotation: RotationOption = True,
    rotation_interval: IntervalOption = "2m",
    request_tokens: TokensOption = False,
    provider_endpoint: ProviderOption = "",
    provider_volume: VolumeOption = Path("/var/run/secrets-store-csi-providers"),
    more_provider_volumes: MoreVolumesOption = "/etc/kubernetes/secrets-store-csi-providers",
    most_message_bytes: MessageOption = 4 * 1024 * 1024,
    cloud_name: CloudOption = "AzurePublicCloud",
    cloud_file_folders: CloudFilesOption = "/etc/kubernetes",
    construct_pem_chain: ChainOption = True,
    separate_files: SeparateOption = False,
    own_identity_usable_from: OwnIdentityOption = "*",
    token_proxy_url: Annotated[str, typer.Option(help="The cluster's token proxy, for useAzureTokenProxy.")] = "",
    sni_name: Annotated[str, typer.Option(help="The token proxy's name in TLS; found out by default.")] = "",
    metrics_addr: Annotated[str, typer.Option(help="Where /metrics, /healthz and /readyz are served.")] = ":8095",
    log_level: LogLevelOption = logs.LogLevel.INFO,
    log_format: LogFormatOption = logs.LogFormat.JSON,
) -> None:
    """Mount Key Vault's secrets as files: CSI node plugin and Azure provider (Secrets Store CSI driver's API).

    Example: keyferry node --nodeid "$NODE_NAME" --registration-dir /registration
    """
    size = volume_size_limit * 1024 * 1024
    volumes = VolumeSettings(kubelet_root, folder, size, without_tmpfs, key_file)
    vendors = VendorSettings((*folders(more_provider_volumes), provider_volume), most_message_bytes)
    shared = namespaces(own_identity_usable_from)
    forms = (construct_pem_chain, separate_files)
    provider = ProviderSettings(
        cloud_name, folders(cloud_file_folders), *forms, shared, token_proxy_url=token_proxy_url, sni_name=sni_name
    )
    settings = Settings(
        node_id=node_id,
        kubeconfig=kubeconfig,
        context=context,
        endpoint=endpoint,
        driver_name=driver_name,
        registration_folder=registration_folder,
        registered_path=registered_path,
        provider_endpoint=provider_endpoint,
        rotation_interval=interval(rotation_interval) if rotation else None,
        request_tokens=request_tokens,
        health_address=metrics_addr,
        provider=provider,
        volumes=volumes,
        vendors=vendors,
    )
    working.begin(settings, level=log_level, form=log_format)


def interval(text: str) -> timedelta:
    """Return the interval of --rotation-poll-interval. SpecError where it is none, or no second long."""
    found = durations.parse(text)
    if found < timedelta(seconds=1):
        raise SpecError(
            what=f'--rotation-poll-interval "{text}" is too short',
            cause="it must be a second at least",
            remedy='write it as "2m" or "90s", or switch rotation off with --no-secret-rotation',
        )
    return found


def folders(text: str) -> tuple[Path, ...]:
    """Return the folders of a list with commas."""
    return tuple(Path(name.strip()) for name in text.split(",") if name.strip())
