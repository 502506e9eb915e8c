"""keyferry.provision.manifests.render"""

import pytest

from keyferry.provision import outputs
from keyferry.provision.manifests import render
from keyferry.provision.manifests.state import Form
from tests.fakes import placements


@pytest.mark.parametrize("form", Form)
def test_renders_the_same_for_the_same(form: Form) -> None:
    estate = placements.mixed()
    made = placements.outputs(estate)
    first = render.render(estate, made, form)
    assert first == render.render(estate, made, form)
    assert first.files
    assert all(path.startswith("manifests/") for path in first.files)
    assert not first.left_out


@pytest.mark.parametrize("form", Form)
def test_leaves_out_what_was_not_made(form: Form) -> None:
    estate = placements.mixed()
    rendered = render.render(estate, outputs.NOTHING, form)
    assert {each.site for each in rendered.left_out} == {site.name for site in estate.sites}
