from collections.abc import Generator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from keyferry.model.errors import NotFound, Unavailable
from keyferry.provision.arm.ensuring import LOOK_AGAIN, LOOKS, Deed, Ensured, Resource, ensure, is_met, there
from keyferry.provision.arm.wire import Request, Response

RESOURCE = Resource(
    id="/thing",
    version="1",
    about="thing",
    body={"location": "westeurope", "tags": {}, "identity": {"type": "SystemAssigned"}, "properties": {"size": 1}},
)
AS_WANTED = {"location": "West Europe", "properties": {"size": 1, "more": True}}


def state(name: str) -> Response:
    return Response(status=201, content={"properties": {"provisioningState": name}})


def played(
    dialogue: Generator[Request, Response, Ensured], *answers: Response
) -> tuple[list[tuple[str, timedelta]], Ensured]:
    """What was asked, and what came of it."""
    asked: list[tuple[str, timedelta]] = []
    left = iter(answers)
    try:
        request = next(dialogue)
        while True:
            asked.append((request.method, request.after))
            request = dialogue.send(next(left))
    except StopIteration as end:
        ensured: Ensured = end.value
        return asked, ensured


NOW = timedelta()


@pytest.mark.parametrize(
    ("answers", "asked", "deed"),
    [
        pytest.param([Response(status=200, content=AS_WANTED)], [("GET", NOW)], Deed.NOTHING, id="as-wanted"),
        pytest.param(
            [Response(status=404), Response(status=201, content=AS_WANTED)],
            [("GET", NOW), ("PUT", NOW)],
            Deed.MADE,
            id="missing",
        ),
        pytest.param(
            [Response(status=200, content={"properties": {"size": 2}}), Response(status=200, content=AS_WANTED)],
            [("GET", NOW), ("PUT", NOW)],
            Deed.CHANGED,
            id="different",
        ),
        pytest.param(
            [
                Response(status=404),
                state("Creating"),
                Response(status=200, content=state("Updating").content, wait=timedelta(seconds=1)),
                state("Updating"),
                state("Succeeded"),
            ],
            [("GET", NOW), ("PUT", NOW), ("GET", LOOK_AGAIN), *[("GET", timedelta(seconds=1))] * 2],
            Deed.MADE,
            id="takes-its-time",
        ),
    ],
)
def test_writes_what_is_not_as_wanted_and_waits(
    answers: list[Response], asked: list[tuple[str, timedelta]], deed: Deed
) -> None:
    said, ensured = played(ensure(RESOURCE), *answers)
    assert (said, ensured.deed) == (asked, deed)


@pytest.mark.parametrize("state_name", ["Failed", "Canceled"])
def test_says_that_the_making_failed(state_name: str) -> None:
    with pytest.raises(Unavailable, match=f"thing was not made: its provisioningState is {state_name}"):
        played(ensure(RESOURCE), Response(status=404), state(state_name))


def test_waits_not_for_ever() -> None:
    with pytest.raises(Unavailable, match="thing is still not ready: its provisioningState is Creating"):
        played(ensure(RESOURCE), Response(status=404), *(state("Creating") for _ in range(LOOKS + 1)))


def test_compares_with_what_azure_shows_where_that_is_something_else() -> None:
    hidden = Resource(id="/x", version="1", about="x", body={"properties": {"url": 1}}, shown={"properties": {"u": 1}})
    answer = Response(status=200, content={"properties": {"u": 1}})
    assert played(ensure(hidden), answer)[1].deed is Deed.NOTHING


def test_finds_what_others_made() -> None:
    found = played(there("/x", "1", "thing", "make it"), Response(status=200, content=AS_WANTED))[1]
    assert (found.deed, found.properties["size"]) == (Deed.NOTHING, 1)
    assert Ensured(about="", deed=Deed.MADE, content={}).properties == {}


def test_says_who_is_missing() -> None:
    with pytest.raises(NotFound, match="thing does not exist: nothing is at /x"):
        played(there("/x", "1", "thing", "make it"), Response(status=404))


@pytest.mark.parametrize(
    ("wanted", "present", "expected"),
    [
        pytest.param({"a": 1}, {"a": 1, "b": 2}, True, id="more-is-there"),
        pytest.param({"a": 1}, {}, False, id="less-is-there"),
        pytest.param({"a": {"b": 1}}, {"a": None}, False, id="nothing-of-an-object"),
        pytest.param({"a": []}, {}, True, id="no-list-is-an-empty-one"),
        pytest.param({"a": [1]}, {}, False, id="no-list"),
        pytest.param({"a": [1, 2]}, {"a": [1]}, False, id="a-shorter-list"),
        pytest.param({"a": [{"v": 1}]}, {"a": [{"v": 1, "w": 2}]}, True, id="entries-with-more"),
        pytest.param({"a": False}, {}, True, id="off-is-absent"),
        pytest.param({"a": False}, {"a": True}, False, id="off-is-not-on"),
        pytest.param({"location": "westeurope"}, {"location": "West Europe"}, True, id="one-location"),
        pytest.param({"workspaceId": "/A/b"}, {"workspaceId": "/a/B"}, True, id="ids-in-any-case"),
        pytest.param({"subject": "A"}, {"subject": "a"}, False, id="subjects-to-the-letter"),
    ],
)
def test_is_met_by_what_says_the_same(wanted: Mapping[str, Any], present: Mapping[str, Any], expected: bool) -> None:
    assert is_met(wanted, present) is expected
