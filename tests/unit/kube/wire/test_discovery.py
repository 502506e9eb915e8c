import json

import msgspec
import pytest

from keyferry.kube.wire import discovery
from keyferry.kube.wire.resources import Resource


@pytest.mark.parametrize(
    ("api_version", "path"),
    [
        pytest.param("v1", "/api/v1", id="the-core-group"),
        pytest.param("apps/v1", "/apis/apps/v1", id="a-named-group"),
    ],
)
def test_path(api_version: str, path: str) -> None:
    assert discovery.path(api_version) == path


def answer(group_version: str, *resources: dict[str, object]) -> bytes:
    return json.dumps({"kind": "APIResourceList", "groupVersion": group_version, "resources": resources}).encode()


def test_resources_without_their_subresources() -> None:
    body = answer(
        "apps/v1",
        {"name": "deployments", "kind": "Deployment", "namespaced": True, "verbs": ["get"]},
        {"name": "deployments/scale", "kind": "Scale", "namespaced": True},
    )
    assert discovery.decode(body) == (
        Resource(group="apps", version="v1", plural="deployments", kind="Deployment", namespaced=True),
    )


def test_the_core_group_has_no_name() -> None:
    body = answer("v1", {"name": "namespaces", "kind": "Namespace", "namespaced": False})
    assert discovery.decode(body) == (
        Resource(group="", version="v1", plural="namespaces", kind="Namespace", namespaced=False),
    )


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"groupVersion": "v1", "resources": 3}'])
def test_what_is_no_such_list(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        discovery.decode(body)


def test_a_release() -> None:
    assert discovery.decode_version(b'{"major": "1", "minor": "32+", "gitVersion": "v1.32.1"}') == discovery.Version(
        major="1", minor="32+"
    )
