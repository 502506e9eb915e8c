"""A pod's JSON → the parts that count; what no API server sends is refused with its path, whatever it is."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.admit.injection.pod_shape import Container, Mount, parse
from keyferry.admit.injection.refusal import Refused
from tests.fakes.injections import pod

WHOLE: dict[str, Any] = pod(
    {
        "name": "app",
        "env": [{"name": "A", "value": "1"}, {"value": "nameless"}],
        "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": True, "subPath": "s"}],
    },
    initContainers=[{"name": "init"}],
    volumes=[{"name": "v", "emptyDir": {}}],
    annotations={"a": "b"},
    hostNetwork=True,
    os={"name": "windows"},
)


def test_the_parts() -> None:
    shape = parse(WHOLE)
    assert (shape.name, shape.service_account, dict(shape.annotations)) == ("web", "api", {"a": "b"})
    assert shape.init_containers == (
        Container(pointer="/spec/initContainers/0", name="init", variables=None, mounts=None),
    )
    mount = Mount(name="v", mount_path="/v", read_only=True, sub_path="s")
    assert shape.containers == (
        Container(pointer="/spec/containers/0", name="app", variables=frozenset({"A", ""}), mounts=(mount,)),
    )
    assert shape.volumes == ({"name": "v", "emptyDir": {}},)
    assert (shape.is_on_host_network, shape.is_windows, shape.is_mirror) == (True, True, False)


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        pytest.param({"name": "web"}, "web", id="name"),
        pytest.param({"generateName": "web-"}, "web- (prefix)", id="generated"),
        pytest.param({"name": "web-1", "generateName": "web-"}, "web-1", id="both"),
        pytest.param({"name": ""}, " (prefix)", id="neither"),
        pytest.param(None, " (prefix)", id="no-metadata"),
    ],
)
def test_the_name_that_the_volume_is_called_by(metadata: Any, name: str) -> None:
    assert parse({**WHOLE, "metadata": metadata}).name == name


def put(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(WHOLE)
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return document


APP = ("spec", "containers", 0)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        pytest.param(("metadata",), [], "metadata", id="metadata"),
        pytest.param(("metadata", "name"), 1, "metadata.name", id="name"),
        pytest.param(("metadata", "annotations"), "a", "metadata.annotations", id="annotations"),
        pytest.param(("metadata", "annotations"), {"a\nb": 1}, "metadata.annotations[...]", id="an-annotation"),
        pytest.param(("spec",), "x", "spec", id="spec"),
        pytest.param(("spec", "containers"), {}, "spec.containers", id="containers"),
        pytest.param(("spec", "containers"), None, "spec.containers", id="no-containers"),
        pytest.param(("spec", "containers"), [], "spec.containers", id="empty-containers"),
        pytest.param(("spec", "containers"), [1], "spec.containers[0]", id="a-container"),
        pytest.param((*APP, "name"), ["a"], "spec.containers[0].name", id="its-name"),
        pytest.param((*APP, "env"), {}, "spec.containers[0].env", id="env"),
        pytest.param((*APP, "env", 1), "A=1", "spec.containers[0].env[1]", id="a-variable"),
        pytest.param((*APP, "env", 1, "name"), {}, "spec.containers[0].env[1].name", id="its-variables-name"),
        pytest.param((*APP, "volumeMounts"), 1, "spec.containers[0].volumeMounts", id="mounts"),
        pytest.param((*APP, "volumeMounts", 0), 1, "spec.containers[0].volumeMounts[0]", id="a-mount"),
        pytest.param(
            (*APP, "volumeMounts", 0, "mountPath"), 1, "spec.containers[0].volumeMounts[0].mountPath", id="mount-path"
        ),
        pytest.param(
            (*APP, "volumeMounts", 0, "readOnly"), "yes", "spec.containers[0].volumeMounts[0].readOnly", id="read-only"
        ),
        pytest.param(("spec", "initContainers"), "x", "spec.initContainers", id="init-containers"),
        pytest.param(("spec", "initContainers", 0), "x", "spec.initContainers[0]", id="an-init-container"),
        pytest.param(("spec", "volumes"), "x", "spec.volumes", id="volumes"),
        pytest.param(("spec", "volumes", 0), "x", "spec.volumes[0]", id="a-volume"),
        pytest.param(("spec", "hostNetwork"), "true", "spec.hostNetwork", id="host-network"),
        pytest.param(("spec", "serviceAccountName"), 7, "spec.serviceAccountName", id="service-account"),
        pytest.param(("spec", "os"), "windows", "spec.os", id="os"),
        pytest.param(("spec", "os", "name"), 1, "spec.os.name", id="os-name"),
    ],
)
def test_refuses_a_wrong_shape_with_its_path(path: tuple[str | int, ...], value: Any, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(put(path, value))
    assert str(refusal.value).startswith(f"{field}: ")


def test_depth_is_no_matter() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert parse(put(("spec", "volumes"), [{"name": "v", "newer": deep}])).containers


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PLACES: list[tuple[str | int, ...]] = [
    ("metadata",),
    ("metadata", "annotations"),
    ("spec",),
    ("spec", "containers"),
    ("spec", "volumes"),
    ("spec", "volumes", 0),
    APP,
    (*APP, "env"),
    (*APP, "env", 0),
    (*APP, "volumeMounts", 0),
]


@given(st.sampled_from(PLACES), ANYTHING)
def test_anything_anywhere_is_read_or_refused(path: tuple[str | int, ...], value: Any) -> None:
    told = "spec"
    try:
        parse(put(path, value))
    except Refused as refused:
        told = str(refused)
    assert told.startswith(("metadata", "spec"))
