"""The chart takes the values that an estate's Terraform gives it."""

from typing import Any

import pytest

from keyferry.provision.terraform import chart_values
from keyferry.spec.estate.estate import Estate
from tests.contract.helm import rendering
from tests.fakes import estates


def given(estate: Estate) -> dict[str, Any]:
    """What the module `install` hands over."""
    install = estates.wide().install
    assert install is not None
    values = chart_values.values(estate, install)
    image = {"repository": chart_values.repository(install.image), "digest": install.digest}
    return {**values, "image": {**image, **values.get("image", {})}}


@pytest.mark.parametrize(
    "estate", [pytest.param(estates.wide(), id="everything"), pytest.param(estates.small(), id="little")]
)
def test_the_chart_renders(estate: Estate) -> None:
    documents = rendering.objects(given(estate))
    pods = dict(rendering.pods(documents))
    assert sorted(pods) == ["operator", "webhook"]
    image = rendering.container(documents, "operator")["image"]
    assert image == f"registry.example.org/keyferry@sha256:{'0' * 64}"


def test_what_the_chart_does_not_know_it_refuses() -> None:
    with pytest.raises(Exception, match="nodes"):
        rendering.objects({**given(estates.small()), "nodes": {}})
