"""One container's operations: the least that gives it what it lacks."""

from typing import Any

import pytest

from keyferry.admit.injection import containers, names
from keyferry.admit.injection.pod_shape import Container, Mount
from keyferry.admit.injection.wish import Wish
from keyferry.kube.wire.patches import Operation

A, B = {"name": "A", "value": "1"}, {"name": "B", "value": "2"}
OURS = {"name": "ours", "readOnly": True, "mountPath": "/var/run/secrets/azure/wi"}
WISH = Wish(variables=(A, B), mount=OURS, volume={})
MOUNT = Mount(name="ours", mount_path="/var/run/secrets/azure/wi", read_only=True)
OTHER = Mount(name="tmp", mount_path="/tmp")


def container(variables: frozenset[str] | None, mounts: tuple[Mount, ...] | None) -> Container:
    return Container(pointer="/spec/containers/3", name="app", variables=variables, mounts=mounts)


def add(path: str, value: Any) -> Operation:
    return Operation(op="add", path=f"/spec/containers/3/{path}", value=value)


def replace(path: str, value: Any) -> Operation:
    return Operation(op="replace", path=f"/spec/containers/3/{path}", value=value)


def mount(path: str = names.MOUNT_PATH, *, read_only: bool | None = True, sub_path: str = "") -> Mount:
    return Mount(name="ours", mount_path=path, read_only=read_only, sub_path=sub_path)


@pytest.mark.parametrize(
    ("variables", "mounts", "expected"),
    [
        pytest.param(None, None, [add("env", [A, B]), add("volumeMounts", [OURS])], id="12-no-lists"),
        pytest.param(
            frozenset(), (), [add("env/-", A), add("env/-", B), add("volumeMounts/-", OURS)], id="empty-lists"
        ),
        pytest.param(frozenset("A"), (OTHER, MOUNT), [add("env/-", B)], id="some"),
        pytest.param(frozenset("AB"), (MOUNT,), [], id="28-all"),
        pytest.param(frozenset("AB"), (OTHER, mount("/else")), [replace("volumeMounts/1", OURS)], id="15-another-path"),
        pytest.param(frozenset("AB"), (mount(read_only=None),), [replace("volumeMounts/0", OURS)], id="writable"),
        pytest.param(frozenset("AB"), (mount(sub_path="token"),), [replace("volumeMounts/0", OURS)], id="sub-path"),
        pytest.param(frozenset("AB"), (mount("/else"), MOUNT), [], id="mounted-twice-and-once-well"),
        pytest.param(
            frozenset("AB"), (mount("/x"), mount("/y")), [replace("volumeMounts/0", OURS)], id="mounted-twice-badly"
        ),
        pytest.param(
            frozenset("AB"),
            (Mount(name="own", mount_path=f"{names.MOUNT_PATH}/"), mount("/else")),
            [],
            id="something-else-in-its-place",
        ),
    ],
)
def test_operations(
    variables: frozenset[str] | None, mounts: tuple[Mount, ...] | None, expected: list[Operation]
) -> None:
    assert list(containers.operations(container(variables, mounts), WISH)) == expected


def test_nothing_to_set_makes_no_list() -> None:
    nothing = Wish(variables=(), mount=OURS, volume={})
    assert list(containers.operations(container(None, (MOUNT,)), nothing)) == []


@pytest.mark.parametrize("has", ["AZURE_KUBERNETES_CA_FILE", "AZURE_KUBERNETES_CA_DATA"])
@pytest.mark.parametrize("wanted", ["AZURE_KUBERNETES_CA_FILE", "AZURE_KUBERNETES_CA_DATA"])
def test_a_container_never_gets_two_authorities(has: str, wanted: str) -> None:
    given = container(frozenset({has}), None)
    wish = Wish(variables=({"name": wanted, "value": "x"},), mount=OURS, volume={})
    assert containers.lacking(given, wish) == []


def test_a_container_of_our_own_gets_all_of_it() -> None:
    first = {"name": "FIRST", "value": "0"}
    made = containers.completed({"name": "azwi-proxy-init", "env": [first]}, WISH)
    assert made == {"name": "azwi-proxy-init", "env": [first, A, B], "volumeMounts": [OURS]}
    assert containers.completed({"name": "azwi-proxy"}, WISH)["env"] == [A, B]
