"""What settings no node process can work with, told before anything is opened. Pure. Called by run.

The sockets, the driver's name and the node's are checked where they are used, before kubelet hears of them.
"""

from keyferry.model.errors import SpecError, foreign
from keyferry.mount.azure import clouds
from keyferry.mount.settings import Settings
from keyferry.spec import rules


def check(settings: Settings) -> None:
    """Raise SpecError, which names the flag, for the first setting that cannot be."""
    if not settings.endpoint and not settings.provider_endpoint:
        raise SpecError(
            what="there is nothing to serve",
            cause="both --endpoint and --provider-endpoint are empty",
            remedy="name the socket on which kubelet calls (--endpoint), or the one of the provider",
        )
    _check_cloud(settings.provider.cloud)
    _check_token_proxy(settings.provider.token_proxy_url)
    if not settings.volumes.kubelet_root.is_absolute():
        raise SpecError(
            what=f'--kubelet-root "{foreign(str(settings.volumes.kubelet_root))}" is no absolute path',
            cause="kubelet names every target by its whole path",
            remedy="write kubelet's folder as the node has it, such as /var/lib/kubelet",
        )


def _check_cloud(name: str) -> None:
    if clouds.is_known(name):
        return
    raise SpecError(
        what=f'--cloud-name "{foreign(name)}" is not an Azure cloud',
        remedy=f"use one of {clouds.NAMES_SHOWN}",
    )


def _check_token_proxy(url: str) -> None:
    complaint = rules.endpoint(url) if url else None
    if complaint is not None:
        raise SpecError(
            what=f"--token-proxy-url {complaint.message}",
            remedy=f"{complaint.remedy}; or leave it out, for the cluster's own",
        )
