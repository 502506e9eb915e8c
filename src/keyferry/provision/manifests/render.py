"""Renders the manifests of an estate's sites in one of three forms. Pure."""

from typing import assert_never

from keyferry.provision.manifests import helm, kustomize, plain, sites
from keyferry.provision.manifests.state import Form, Rendered
from keyferry.provision.outputs import Outputs
from keyferry.spec.estate.estate import Estate


def render(estate: Estate, outputs: Outputs, form: Form) -> Rendered:
    """Return the files, the same for the same estate and outputs; paths begin with `manifests/`."""
    found, left_out = sites.manifests(estate, outputs)
    match form:
        case Form.PLAIN:
            files = plain.files(estate.name, found)
        case Form.KUSTOMIZE:
            files = kustomize.files(estate.name, found)
        case Form.HELM:
            files = helm.files(estate.name, found)
        case _:
            assert_never(form)
    return Rendered(files=files, left_out=left_out)
