"""What a process is told of its injections, by flags and by variables of upstream's names. SpecError where it is wrong.

The variables are those of upstream's ConfigMap `azure-wi-webhook-config`, so a deployment of it can be taken over:
https://github.com/Azure/azure-workload-identity/blob/v1.6.0/pkg/config/config.go
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from keyferry.admit.injection import names
from keyferry.admit.injection.names import can_be_tenant
from keyferry.admit.injection.settings import (
    Binding,
    CaConfigMap,
    CaData,
    CaTrustBundle,
    CertificateAuthority,
    InjectionSettings,
    ProxyImages,
)
from keyferry.identity.federation.clouds import AUTOREST_NAMES, OWN_CLOUD, authority_host_of, environment_named
from keyferry.model.errors import SpecError, foreign
from keyferry.model.wellknown import TOKEN_AUDIENCE
from keyferry.spec import rules
from keyferry.spec.problems import did_you_mean

ENVIRONMENT: Final = "AZURE_ENVIRONMENT"
PROXY_IMAGE: Final = "PROXY_IMAGE"
PROXY_INIT_IMAGE: Final = "PROXY_INIT_IMAGE"
CA_CONFIG_MAP: Final = "AZURE_KUBERNETES_CA_CONFIGMAP_NAME"
CA_SIGNER: Final = "AZURE_KUBERNETES_CA_CTB_SIGNER_NAME"
CA_SELECTOR: Final = "AZURE_KUBERNETES_CA_CTB_LABEL_SELECTOR"

_NAME_PART: Final = re.compile(r"(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # of an annotation's key


def read(
    environ: Mapping[str, str],
    *,
    audience: str = "",
    binding_suffix: str = "",
    binding_audience: str = "",
    authority_host: str = "",
) -> InjectionSettings:
    """Return the settings. An empty variable or flag is as good as none.

    `binding_suffix` and `binding_audience` switch identity bindings on, together: they are upstream's flags
    `--custom-token-endpoint-annotation-suffix` and `--custom-token-endpoint-audience`. `authority_host` is Entra's
    address in AzureStackCloud alone.
    """
    usual = ProxyImages()
    return InjectionSettings(
        tenant_id=_tenant_id(environ.get(names.TENANT_ID, "")),
        authority_host=_authority_host(environ.get(ENVIRONMENT, ""), authority_host),
        audience=audience or TOKEN_AUDIENCE,
        binding=_binding(environ, binding_suffix, binding_audience),
        proxy=ProxyImages(
            sidecar=environ.get(PROXY_IMAGE, "") or usual.sidecar,
            init=environ.get(PROXY_INIT_IMAGE, "") or usual.init,
        ),
    )


def _tenant_id(text: str) -> str:
    """Return the tenant of ServiceAccounts that name none. Upstream's manifests have `${AZURE_TENANT_ID}` there."""
    if not can_be_tenant(text):
        fault = "cannot be a tenant" if text else "is not set"
        raise SpecError(
            what=f"{names.TENANT_ID} {fault}",
            cause="it is the tenant of ServiceAccounts that name none",
            remedy=f"set {names.TENANT_ID} in the webhook's environment to the tenant's GUID or domain",
        )
    return text


def _authority_host(cloud: str, own: str) -> str:
    """Return Entra's address, with the closing slash that upstream gives it."""
    environment = environment_named(cloud)
    if environment is not None:
        if own:
            what = "Entra's address is told for a cloud that has its own"
            raise SpecError(what=what, remedy=f"set {ENVIRONMENT} to {OWN_CLOUD}, or leave the address out")
        return f"{authority_host_of(environment)}/"
    if cloud.lower() != OWN_CLOUD.lower():
        raise SpecError(
            what=f'{ENVIRONMENT} "{foreign(cloud)}" is not an Azure cloud',
            cause=did_you_mean(cloud, (*AUTOREST_NAMES, OWN_CLOUD)),
            remedy=f"use one of {', '.join((*AUTOREST_NAMES, OWN_CLOUD))}",
        )
    fault = rules.endpoint(own)
    if fault:
        raise SpecError(what=f"{OWN_CLOUD} needs the address of its Entra", cause=fault.message, remedy=fault.remedy)
    return f"{own.rstrip('/')}/"


def _binding(environ: Mapping[str, str], suffix: str, audience: str) -> Binding | None:
    if not suffix and not audience:
        return None
    what = "identity bindings are configured by half"
    if not suffix or not audience:
        missing = "the annotation's suffix" if audience else "the audience"
        raise SpecError(what=what, cause=f"{missing} is missing", remedy="set both, or neither")
    if audience.lower() == TOKEN_AUDIENCE.lower():
        raise SpecError(
            what=f"the audience of identity bindings is {TOKEN_AUDIENCE}",
            cause="that is Entra's, and the token proxy takes tokens for itself alone",
            remedy="set the audience that the token proxy asks for, such as api://AKSIdentityBinding",
        )
    annotation = f"{names.BINDING_PREFIX}{suffix}"
    if not _NAME_PART.fullmatch(annotation.removeprefix(names.PREFIX)):
        raise SpecError(
            what=f'"{foreign(annotation)}" cannot be the key of an annotation',
            remedy='let the suffix be letters, digits, ".", "_" and "-", 59 at most, a letter or digit last',
        )
    fault = rules.endpoint(environ.get(names.TOKEN_PROXY, ""))
    if fault:
        raise SpecError(
            what=what, cause=f"{names.TOKEN_PROXY}: {fault.message}", remedy="set the token proxy's address"
        )
    return Binding(
        annotation=annotation,
        audience=audience,
        token_proxy=environ[names.TOKEN_PROXY],
        sni_name=environ.get(names.SNI_NAME, ""),
        authority=_certificate_authority(environ),
    )


def _certificate_authority(environ: Mapping[str, str]) -> CertificateAuthority | None:
    selector = environ.get(CA_SELECTOR, "").strip()
    found: dict[str, CertificateAuthority] = {}
    if pem := environ.get(names.CA_DATA):
        found[names.CA_DATA] = CaData(pem=pem)
    if config_map := environ.get(CA_CONFIG_MAP):
        found[CA_CONFIG_MAP] = CaConfigMap(name=config_map)
    if signer := environ.get(CA_SIGNER):
        found[CA_SIGNER] = CaTrustBundle(signer_name=signer, label_selector=_selector(selector))
    elif selector:
        raise SpecError(what=f"{CA_SELECTOR} chooses among no bundles", remedy=f"set {CA_SIGNER}, or take it away")
    if len(found) > 1:
        raise SpecError(
            what="the token proxy has more than one certificate authority",
            cause=f"{' and '.join(found)} are set",
            remedy="keep one of them",
        )
    return next(iter(found.values()), None)


def _selector(text: str) -> Mapping[str, object]:
    """Return the selector that upstream's variable holds as JSON; one that takes all bundles where it holds none.

    A projection without any takes none at all, and its pods never start:
    https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
    """
    try:
        return {} if not text else msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.MsgspecError, RecursionError) as refusal:
        raise SpecError(
            what=f"{CA_SELECTOR} is no selector",
            cause=f"it is not a JSON object: {type(refusal).__name__}",
            remedy='write one, such as {"matchLabels": {"app": "token-proxy"}}',
        ) from None
