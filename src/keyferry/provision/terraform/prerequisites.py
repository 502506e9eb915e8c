"""What can be known before anything is changed: the tool's version, and whether anybody is signed in. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from keyferry.model.errors import GrantError, SpecError, foreign
from keyferry.spec.estate.estate import Estate, NewAks

MIN_VERSION: Final = (1, 9)  # of both: validations of a variable that look at another one
INSTALL: Final = "https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install"

# How azurerm signs in without `az`. https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs#argument-reference
_SIGNED_IN: Final = (
    "ARM_CLIENT_ID",
    "ARM_CLIENT_ID_FILE_PATH",
    "ARM_USE_OIDC",
    "ARM_USE_MSI",
    "ARM_USE_AKS_WORKLOAD_IDENTITY",
)
_STORED: Final = ("ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH", "ARM_CLIENT_CERTIFICATE_PATH")
# How its provider finds a cluster. https://registry.terraform.io/providers/hashicorp/helm/latest/docs#authentication
_CLUSTER: Final = ("KUBE_CONFIG_PATH", "KUBE_CONFIG_PATHS", "KUBE_HOST")
_VERSION: Final = re.compile(r"(\d{1,9})\.(\d{1,9})\.")

HasProgram = Callable[[str], bool]


class _Version(msgspec.Struct):
    terraform_version: str


def version(program: str, printed: bytes) -> str:
    """Return the version from what `version -json` printed. SpecError where it is too old or none."""
    try:
        text = msgspec.json.decode(printed, type=_Version).terraform_version
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        text = ""
    found = _VERSION.match(text)
    if found is None:
        raise SpecError(
            what=f"{program} is neither Terraform nor OpenTofu",
            cause="it does not tell its version as they do",
            remedy=f"name the program by --terraform; to install it: {INSTALL}",
        )
    if (int(found.group(1)), int(found.group(2))) < MIN_VERSION:
        wanted = ".".join(map(str, MIN_VERSION))
        raise SpecError(
            what=f"{program} is too old",
            cause=f"it is version {foreign(text)}, and the modules need {wanted} or later",
            remedy=f"install a newer one: {INSTALL}",
        )
    return text


def check(estate: Estate, environment: Mapping[str, str], has_program: HasProgram) -> None:
    """Raise what is missing for the tool to do its work, if that can be seen from here."""
    if not any(environment.get(name) for name in _SIGNED_IN) and not has_program("az"):
        raise GrantError(
            what="nobody is signed in to Azure",
            cause="there is no `az` on PATH, and none of the ARM_ variables says who runs this",
            remedy="install the Azure CLI and az login; in a pipeline set ARM_CLIENT_ID and ARM_USE_OIDC=true",
        )
    if estate.install is None:
        return
    if isinstance(estate.cluster, NewAks):
        if not has_program("kubelogin"):
            raise SpecError(
                what="keyferry cannot be installed on the new cluster",
                cause="`kubelogin`, by which one signs in to it, is not on PATH",
                remedy="install it: https://azure.github.io/kubelogin, or leave spec.install out",
            )
    elif not any(environment.get(name) for name in _CLUSTER):
        raise SpecError(
            what=f"keyferry cannot be installed on {estate.cluster.name}",
            cause="nothing says how the cluster is reached",
            remedy="set KUBE_CONFIG_PATH to its kubeconfig and KUBE_CTX to the context, or leave spec.install out",
        )


def cautions(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return what works though somebody should look at it."""
    return tuple(
        f"{name} is a stored credential: a pipeline's own identity needs none (ARM_CLIENT_ID and ARM_USE_OIDC=true)"
        for name in _STORED
        if environment.get(name)
    )
