"""What the estate says of keyferry itself → values of its chart, deploy/helm/keyferry. Pure.

The image's name and digest are variables of their own; its tag stands here, where there is no digest.
"""

from typing import Any

from keyferry.spec.estate.estate import Azure, Cluster, Estate, Install, OidcCluster


def values(estate: Estate, install: Install) -> dict[str, Any]:
    """Return what differs from the chart's own values."""
    return {
        "azure": _azure(estate.azure),
        "operator": _operator(estate, install),
        "webhook": _webhook(estate.cluster, install),
        "node": {"enabled": install.has_node},
        **_tagged(install.image),
    }


def repository(image: str) -> str:
    """Return the name of an image without its tag."""
    return image.removesuffix(f":{tag}") if (tag := _tag(image)) else image


def _tag(image: str) -> str:
    """A colon before the last slash is of a port."""
    return image.rpartition("/")[2].partition(":")[2]


def _tagged(image: str) -> dict[str, Any]:
    return {"image": {"tag": tag}} if (tag := _tag(image)) else {}


def _azure(azure: Azure) -> dict[str, Any]:
    return {"tenantId": azure.tenant_id, "cloud": azure.cloud.value}


def _operator(estate: Estate, install: Install) -> dict[str, Any]:
    if not install.has_operator or estate.events is None:
        return {"enabled": install.has_operator}
    return {"enabled": True, "events": {"enabled": True, "audience": estate.events.application}}


def _webhook(cluster: Cluster, install: Install) -> dict[str, Any]:
    """AKS brings a webhook of its own, which gives pods their identity; two of them would do it twice."""
    return {"enabled": install.has_webhook, "inject": isinstance(cluster, OidcCluster)}
