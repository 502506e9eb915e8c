"""Renders the manifests of an estate's sites in one of three forms. Pure."""

from types import MappingProxyType
from typing import Final, assert_never

from keyferry.provision.manifests import helm, kustomize, plain, sites
from keyferry.provision.manifests.state import Form, Rendered
from keyferry.provision.outputs import Outputs
from keyferry.provision.tree import Files
from keyferry.spec.estate.estate import Estate

_NO_CHART: Final[Files] = MappingProxyType({})


def render(estate: Estate, outputs: Outputs, form: Form, chart: Files = _NO_CHART) -> Rendered:
    """Return the files, the same for the same estate and outputs; paths begin with `manifests/`.

    `chart` are the files of the chart keyferry-sites (`helm.CHART`), which go beside its values.
    """
    found, left_out = sites.manifests(estate, outputs)
    match form:
        case Form.PLAIN:
            files = plain.files(estate.name, found)
        case Form.KUSTOMIZE:
            files = kustomize.files(estate.name, found)
        case Form.HELM:
            files = helm.files(estate.name, found, chart)
        case _:
            assert_never(form)
    return Rendered(files=files, left_out=left_out)
