import pytest

from keyferry.lab.kubernetes.builtin import events
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.tables.events import EVENTS
from tests.fakes.kubernetes_cluster import START

CORE: Object = {
    "metadata": {"name": "e"},
    "type": "Normal",
    "reason": "Sailed",
    "message": "on time ",
    "involvedObject": {"kind": "Ferry", "name": "f"},
    "source": {"component": "harbour", "host": "h"},
    "firstTimestamp": "2026-03-01T11:58:00Z",
    "lastTimestamp": "2026-03-01T11:59:00Z",
    "count": 3,
}
NEW: Object = {
    "metadata": {"name": "e"},
    "type": "Normal",
    "reason": "Sailed",
    "note": "on time",
    "regarding": {"kind": "Ferry", "name": "f"},
    "reportingController": "harbour",
    "eventTime": "2026-03-01T11:58:00.000000Z",
    "series": {"count": 4, "lastObservedTime": "2026-03-01T11:59:00.000000Z"},
}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            CORE, ["60s", "Normal", "Sailed", "ferry/f", "", "harbour, h", "on time", "2m", 3, "e"], id="core"
        ),
        pytest.param(NEW, ["60s", "Normal", "Sailed", "ferry/f", "", "harbour", "on time", "2m", 4, "e"], id="new"),
        pytest.param(
            events.from_core(CORE),
            ["60s", "Normal", "Sailed", "ferry/f", "", "harbour, h", "on time", "2m", 3, "e"],
            id="core-shown-as-new",
        ),
        pytest.param({"metadata": {}}, ["<unknown>", "", "", "/", "", "", "", "<unknown>", 1, ""], id="nearly-nothing"),
    ],
)
def test_cells(document: Object, expected: list[object]) -> None:
    assert [cell(document, START) for cell in EVENTS.cells] == expected
