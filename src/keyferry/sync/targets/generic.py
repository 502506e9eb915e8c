"""Which ExternalSecrets write something else than a Secret. Pure."""

from dataclasses import replace
from typing import Final

from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS
from keyferry.spec.external_secret import ExternalSecret, Manifest

SECRET: Final = Manifest(api_version=SECRETS.api_version, kind=SECRETS.kind)
CONFIG_MAP: Final = Manifest(api_version=CONFIG_MAPS.api_version, kind=CONFIG_MAPS.kind)


def as_secret(spec: ExternalSecret) -> ExternalSecret:
    """Return the spec without a manifest that names what is written anyway: a Secret is one however it is named."""
    if spec.target.manifest != SECRET:
        return spec
    return replace(spec, target=replace(spec.target, manifest=None))
