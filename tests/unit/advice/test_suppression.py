"""Rules are passed over by name, and a name that is none is told."""

from typing import Any

import pytest

from keyferry.advice import suppression
from keyferry.advice.judge import judge
from keyferry.advice.surroundings import Nothing
from tests.fakes.pod_documents import pod


def asking(text: Any) -> dict[str, Any]:
    return pod(annotations={"keyferry.io/ignore": text})


@pytest.mark.parametrize(
    ("document", "names"),
    [
        pytest.param(pod(), set(), id="nothing"),
        pytest.param(asking(""), set(), id="empty"),
        pytest.param(asking("sub-path"), {"sub-path"}, id="one"),
        pytest.param(asking("sub-path, invalid,\n"), {"sub-path", "invalid"}, id="more"),
        pytest.param(asking(1), set(), id="no-text"),
    ],
)
def test_names(document: dict[str, Any], names: set[str]) -> None:
    assert suppression.ignored(document) == names


def test_a_name_that_is_none_is_told() -> None:
    (finding,) = judge(asking("sub-path,sub-paths,unknown-rule"), Nothing())
    assert finding.rule is suppression.RULE
    assert finding.message == 'names "sub-paths", which is no rule'
    assert finding.remedy == 'did you mean "sub-path"?'


def test_of_many_names_the_first_are_told() -> None:
    found = judge(asking(",".join(f"sub-pat-{number}" for number in range(30_000))), Nothing())
    assert len(found) == 16
    assert {finding.rule for finding in found} == {suppression.RULE}
