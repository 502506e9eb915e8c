"""Enough of JSON patch for the fake API server."""

from typing import Any

from tests.fakes.kube_world import RefusedError


def json_patched(old: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Carry out `add`, `replace`, `remove` and `test` on members of objects: enough for tests of the client."""
    new = old
    for step in operations:
        *parents, name = [part.replace("~1", "/").replace("~0", "~") for part in step["path"].split("/")[1:]]
        place = new
        for parent in parents:
            place = place.get(parent) or {}
        if step["op"] != "add" and name not in place:
            raise RefusedError(422, "Invalid", "the server rejected our request due to an error in our request")
        if step["op"] == "test" and place[name] != step["value"]:
            raise RefusedError(422, "Invalid", "testing value failed")
        if step["op"] == "remove":
            del place[name]
        elif step["op"] != "test":
            place[name] = step["value"]
    return new
