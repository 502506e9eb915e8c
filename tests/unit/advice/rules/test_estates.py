"""An estate is judged by `keyferry check` as by `keyferry provision`."""

from typing import Any

import pytest

from keyferry.advice.judge import judge
from keyferry.advice.surroundings import Nothing
from tests.fakes.estate_documents import document

OPEN = [{"name": "kv-a"}]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(document(), [], id="good"),
        pytest.param(document(vaults=OPEN), [("questionable-estate", "spec.vaults[0].network")], id="open-vault"),
        pytest.param(document(vaults=[{"name": "k"}]), [("invalid-estate", "spec.vaults[0].name")], id="wrong"),
        pytest.param(document(sites=None, vaults=None), [("questionable-estate", "spec.sites")], id="no-sites"),
        pytest.param(document(sites=None, vaults=None, siteFiles=["sites/*.yaml"]), [], id="sites-elsewhere"),
        pytest.param(document() | {"spec": None}, [("invalid-estate", "spec")], id="no-spec"),
        pytest.param(document() | {"apiVersion": "other.io/v1", "spec": None}, [], id="another-group"),
        pytest.param(document() | {"apiVersion": 1}, [], id="no-version"),
        pytest.param(
            document() | {"apiVersion": "keyferry.io/v9"}, [("invalid-estate", "apiVersion")], id="another-version"
        ),
    ],
)
def test_an_estate(found: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert [(finding.rule.name, finding.path) for finding in judge(found, Nothing())] == expected
