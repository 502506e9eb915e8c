from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import FakeCluster
from tests.fakes.webhooks import MUTATING, VALIDATING, configuration, hook

PATH = "webhooks[0].matchConditions"


def _condition(name: str = "a", expression: str = "true") -> dict[str, str]:
    return {"name": name, "expression": expression}


def _applied(path: str, conditions: list[Any]) -> Any:
    return FakeCluster().post(path, configuration("guards", hook("one", matchConditions=conditions)))


@pytest.mark.parametrize("path", [pytest.param(VALIDATING, id="validating"), pytest.param(MUTATING, id="mutating")])
def test_64_are_taken(path: str) -> None:
    answer = _applied(path, [_condition(f"c{index}", " request.dryRun == false\n") for index in range(64)])
    assert answer.status == 201, answer.document


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        pytest.param([_condition(f"c{n}") for n in range(65)], f"{PATH}: Too many: 65: must have at most 64", id="65"),
        pytest.param([_condition(), _condition()], f'{PATH}[1].name: Duplicate value: "a"', id="a-name-twice"),
        pytest.param([_condition(name="")], f"{PATH}[0].name: Required value", id="no-name"),
        pytest.param([_condition(name="a b")], f'{PATH}[0].name: Invalid value: "a b"', id="a-name-that-is-none"),
        pytest.param([_condition(expression=" ")], f"{PATH}[0].expression: Required value", id="no-expression"),
        pytest.param(
            [_condition(expression="1 +")],
            f'{PATH}[0].expression: Invalid value: "1 +": compilation failed: ERROR: <input>:1:4: Syntax error',
            id="syntax",
        ),
        pytest.param(
            [_condition(expression="'a'")],
            f"""{PATH}[0].expression: Invalid value: "'a'": must evaluate to bool""",
            id="no-bool",
        ),
        pytest.param([_condition(), _condition("b", "nope")], f"{PATH}[1].expression: Invalid value", id="the-second"),
    ],
)
def test_what_the_server_does_not_take(conditions: list[Any], message: str) -> None:
    answer = _applied(VALIDATING, conditions)
    assert answer.status == 422
    assert message in answer.document["message"]
