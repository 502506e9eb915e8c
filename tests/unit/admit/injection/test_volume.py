"""The token's volume: added, left, or put in the place of another of its name."""

from typing import Any

import pytest

from keyferry.admit.injection import pod_shape, volume
from keyferry.admit.injection.wish import Wish
from keyferry.kube.wire.patches import Operation
from tests.fakes.injections import pod

SOURCES = [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3600, "audience": "a"}}]
OURS: dict[str, Any] = {"name": "ours", "projected": {"sources": SOURCES}}
WISH = Wish(variables=(), mount={}, volume=OURS)
OTHER = {"name": "tmp", "emptyDir": {}}


def ours(**projected: Any) -> dict[str, Any]:
    return {"name": "ours", "projected": {"sources": SOURCES, **projected}}


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        pytest.param(None, ("add", "/spec/volumes", [OURS]), id="12-no-list"),
        pytest.param([], ("add", "/spec/volumes/-", OURS), id="empty-list"),
        pytest.param([OTHER, OTHER], ("add", "/spec/volumes/-", OURS), id="13-last-of-all"),
        pytest.param([OTHER, OURS], None, id="28-there"),
        pytest.param([ours(defaultMode=420)], None, id="there-and-completed-by-the-server"),
        pytest.param([OTHER, {"name": "ours", "emptyDir": {}}], ("replace", "/spec/volumes/1", OURS), id="14-another"),
        pytest.param([ours(sources=[])], ("replace", "/spec/volumes/0", OURS), id="other-sources"),
        pytest.param([ours(newer=1)], ("replace", "/spec/volumes/0", OURS), id="more-than-wished"),
        pytest.param([{**OURS, "secret": {}}], ("replace", "/spec/volumes/0", OURS), id="two-kinds-at-once"),
        pytest.param([{"name": "ours", "projected": 1}], ("replace", "/spec/volumes/0", OURS), id="misshapen"),
    ],
)
def test_operation(volumes: Any, expected: tuple[str, str, Any] | None) -> None:
    found = volume.operation(pod_shape.parse(pod(volumes=volumes)), WISH)
    if expected is None:
        assert found is None
    else:
        op, path, value = expected
        assert found == Operation(op=op, path=path, value=value)
