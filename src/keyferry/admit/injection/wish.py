"""What a pod's containers and volumes get, worked out once for the pod. Never changed once it is made.

Sources: https://github.com/Azure/azure-workload-identity/blob/v1.6.0/pkg/webhook/webhook.go for names, order and paths;
https://kubernetes.io/docs/concepts/storage/projected-volumes/ for the volume.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from keyferry.admit.injection import names
from keyferry.admit.injection.settings import Binding, CaConfigMap, CaData, CaTrustBundle, InjectionSettings
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION

Json: TypeAlias = dict[str, Any]

_MOST_VOLUME_NAME: Final = 63
_DIGITS: Final = _MOST_VOLUME_NAME - len(names.VOLUME_PREFIX)
# A container that has the one gets not the other: Azure's libraries refuse to choose.
RIVALS: Final[Mapping[str, str]] = {names.CA_FILE: names.CA_DATA, names.CA_DATA: names.CA_FILE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`variables` in their order, none empty. `mount` is for each container, `volume` for the pod."""

    variables: tuple[Json, ...]
    mount: Json
    volume: Json


def wish(
    pod_name: str,
    account: Mapping[str, str],
    expiration_seconds: int,
    settings: InjectionSettings,
    binding: Binding | None,
) -> Wish:
    """Return what is wanted. `binding` is set where this pod uses it."""
    volume_name = (
        f"{names.VOLUME_PREFIX}{hashlib.sha256(pod_name.encode(errors='surrogatepass')).hexdigest()[:_DIGITS]}"
    )
    values = (
        (names.CLIENT_ID, account.get(CLIENT_ID_ANNOTATION, "")),
        (names.TENANT_ID, account.get(TENANT_ID_ANNOTATION, settings.tenant_id)),
        (names.TOKEN_FILE, f"{names.MOUNT_PATH}/{names.TOKEN_PATH}"),
        (names.AUTHORITY_HOST, settings.authority_host),
        *(() if binding is None else _to_the_proxy(binding)),
    )
    return Wish(
        variables=tuple({"name": name, "value": value} for name, value in values if value),
        mount={"name": volume_name, "readOnly": True, "mountPath": names.MOUNT_PATH},
        volume={
            "name": volume_name,
            "projected": {"sources": _sources(settings.audience, expiration_seconds, binding)},
        },
    )


def _to_the_proxy(binding: Binding) -> tuple[tuple[str, str], ...]:
    """Return the variables of the token proxy.

    Upstream also names the authority's file where there is none, and Azure's libraries fail on that.
    """
    match binding.authority:
        case CaData(pem=pem):
            authority: tuple[tuple[str, str], ...] = ((names.CA_DATA, pem),)
        case CaConfigMap() | CaTrustBundle():
            authority = ((names.CA_FILE, f"{names.MOUNT_PATH}/{names.CA_PATH}"),)
        case _:
            authority = ()
    return ((names.TOKEN_PROXY, binding.token_proxy), (names.SNI_NAME, binding.sni_name), *authority)


def _sources(audience: str, expiration_seconds: int, binding: Binding | None) -> list[Json]:
    token = {
        "audience": audience if binding is None else binding.audience,
        "expirationSeconds": expiration_seconds,
        "path": names.TOKEN_PATH,
    }
    authority = None if binding is None else _authority(binding)
    return [{"serviceAccountToken": token}, *(() if authority is None else (authority,))]


def _authority(binding: Binding) -> Json | None:
    match binding.authority:
        case CaConfigMap(name=name):
            items = [{"key": names.CA_KEY, "path": names.CA_PATH}]
            return {"configMap": {"name": name, "items": items, "optional": False}}
        case CaTrustBundle(signer_name=signer, label_selector=selector):
            bundle = {"signerName": signer, "labelSelector": dict(selector), "path": names.CA_PATH, "optional": False}
            return {"clusterTrustBundle": bundle}
        case _:
            return None
