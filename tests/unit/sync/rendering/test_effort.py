"""What is rendered beside the event loop."""

from collections.abc import Mapping
from typing import Any

import pytest

from keyferry.spec import external_secret, push_secret
from keyferry.sync.rendering import effort
from tests.fakes import external_secrets, push_secrets

EXTRACT = {"extract": {"key": "a"}}
REWRITE = {"rewrite": [{"transform": {"template": "x"}}]}


def _data(count: int, part: str) -> list[dict[str, Any]]:
    return [{"secretKey": f"k{number}", "remoteRef": {"key": "a", "property": part}} for number in range(count)]


def _template(**template: Any) -> dict[str, Any]:
    return {"target": {"template": template}}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, False, id="plain"),
        pytest.param(_template(type="Opaque"), False, id="a-template-without-templates"),
        pytest.param(_template(data={"a": "fixed"}), False, id="fixed-text"),
        pytest.param(_template(data={"a": "{{ .a }}"}), True, id="data"),
        pytest.param(_template(metadata={"labels": {"a": "{{ .a }}"}}), True, id="labels"),
        pytest.param(_template(metadata={"annotations": {"a": "{{ .a }}"}}), True, id="annotations"),
        pytest.param(_template(templateFrom=[{"literal": "a: b"}]), True, id="template-from"),
        pytest.param({"dataFrom": [EXTRACT]}, False, id="extract"),
        pytest.param({"dataFrom": [{"extract": {"key": "a", "property": "a.b"}}]}, False, id="a-plain-path"),
        pytest.param({"dataFrom": [{"extract": {"key": "a", "property": "a.#"}}]}, True, id="a-path-over-many"),
        pytest.param({"dataFrom": [EXTRACT | REWRITE]}, True, id="extract-and-rewrite"),
        pytest.param({"dataFrom": [EXTRACT] * (effort.ENTRIES + 1)}, True, id="many-extracts"),
        pytest.param({"dataFrom": [{"find": {"name": {"regexp": "a"}}}]}, False, id="find"),
        pytest.param({"dataFrom": [{"find": {"name": {"regexp": "a"}}} | REWRITE]}, True, id="find-and-rewrite"),
        pytest.param({"data": _data(effort.ENTRIES, "a")}, False, id="some-properties"),
        pytest.param({"data": _data(effort.ENTRIES + 1, "a")}, True, id="many-properties"),
        pytest.param({"data": _data(1, "@pretty")}, True, id="a-modifier"),
    ],
)
def test_external_secrets_that_may_take_long(spec: Mapping[str, Any], expected: bool) -> None:
    assert effort.may_take_long(external_secret.parse(external_secrets.document(spec))) is expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, False, id="plain"),
        pytest.param({"template": {"data": {"a": "fixed"}}}, False, id="fixed-text"),
        pytest.param({"template": {"data": {"a": "{{ .a }}"}}}, True, id="template"),
        pytest.param({"dataTo": [{"storeRef": {"name": "kv"}}]}, False, id="data-to"),
        pytest.param({"dataTo": [{"storeRef": {"name": "kv"}} | REWRITE]}, True, id="data-to-and-rewrite"),
    ],
)
def test_push_secrets_that_may_take_long(spec: Mapping[str, Any], expected: bool) -> None:
    assert effort.push_may_take_long(push_secret.parse(push_secrets.document(spec))) is expected
