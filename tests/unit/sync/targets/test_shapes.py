from collections.abc import Mapping
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec import blueprint
from keyferry.sync.rendering.templates import Misplaced
from keyferry.sync.state import Shape
from keyferry.sync.targets import shapes
from keyferry.template.yaml.reading import Json

CANARY = "canary value"


def text_of(text: str) -> bytes:
    if text == "fails":
        raise SpecError(what="it fails")
    return text.upper().encode()


def shape(metadata: Json, own: Mapping[str, Any] | None = None) -> Shape:
    plan = blueprint.blueprint({"metadata": own or {}})
    assert plan is not None
    return shapes.shape(plan, metadata, text_of)


def test_the_templates_own_win_over_what_template_from_made() -> None:
    made = shape(
        {"labels": {"a": "1", "b": "1"}}, {"labels": {"b": "x"}, "annotations": {"n": "y"}, "finalizers": ["f/x"]}
    )
    assert made == Shape(labels={"a": "1", "b": "X"}, annotations={"n": "Y"}, finalizers=("f/x",))


@pytest.mark.parametrize(
    ("metadata", "path"),
    [
        pytest.param({"name": CANARY}, "metadata", id="a-name"),
        pytest.param([CANARY], "metadata", id="a-list"),
        pytest.param({"labels": CANARY}, "metadata.labels", id="labels-that-are-a-text"),
        pytest.param({"annotations": {"a": 1}}, "metadata.annotations", id="a-number"),
    ],
)
def test_the_rest_of_the_metadata_is_the_clusters(metadata: Json, path: str) -> None:
    with pytest.raises(Misplaced) as refused:
        shape(metadata)
    assert f"changes {path} of its target" in str(refused.value)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("metadata", "own", "path"),
    [
        pytest.param({"labels": {"a": CANARY}}, {}, "spec.target.template.metadata.labels", id="made"),
        pytest.param({}, {"labels": {"a": CANARY}}, "spec.target.template.metadata.labels", id="own"),
        pytest.param({}, {"labels": {"a": "fails"}}, "spec.target.template.metadata.labels[a]", id="that-fails"),
    ],
)
def test_what_is_no_label_is_refused_in_its_place(metadata: Json, own: dict[str, Any], path: str) -> None:
    with pytest.raises(Misplaced) as refused:
        shape(metadata, own)
    assert refused.value.path == path
    assert CANARY not in str(refused.value)
