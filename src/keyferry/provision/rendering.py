"""Everything that an estate is rendered to, as one set of files. Pure.

Manifests name client ids, which are known once the estate was made: until then there are none of a site, and what was
rendered of it before stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from keyferry.provision.manifests import render
from keyferry.provision.manifests.state import Form, LeftOut
from keyferry.provision.outputs import NOTHING, Outputs
from keyferry.provision.terraform import root
from keyferry.provision.tree import Files
from keyferry.spec.estate.estate import Estate

MANIFESTS: Final = "manifests/"
TERRAFORM: Final = f"{root.FOLDER}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """The files of an estate, the sites without manifests, and `within` which beginnings of paths others are stale."""

    estate: str
    files: Files
    left_out: tuple[LeftOut, ...]
    within: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What comes with keyferry and goes along: the root module (`shipped_hcl.read`) and the chart of the sites."""

    terraform: Files
    sites_chart: Files


def whole(estate: Estate, made: Outputs, form: Form, shipped: Shipped) -> Rendering:
    """Return the root module and the manifests."""
    rest = manifests(estate, made, form, shipped.sites_chart)
    files = {**root.files(estate, shipped.terraform), **rest.files}
    return replace(rest, files=files, within=(TERRAFORM, *rest.within))


def manifests(estate: Estate, made: Outputs, form: Form, sites_chart: Files) -> Rendering:
    """Return the manifests alone."""
    found = render.render(estate, made, form, sites_chart)
    within = () if made == NOTHING else (MANIFESTS,)
    files = {} if made == NOTHING else found.files
    return Rendering(estate=estate.name, files=files, left_out=found.left_out, within=within)
