"""The log has the shape that the specification requires, and points at rules, files, lines and columns."""

import json
from typing import Any

import pytest

from keyferry.advice.judge import RULES
from keyferry.cli import advised, sarif
from keyferry.cli.advised import Advised, Outcome, Wish
from keyferry.cli.manifest_files import Manifest, Unread
from keyferry.kube.yaml_lines import Place

ROOT = "/repo"
LEVELS = {"none", "note", "warning", "error"}


def found(file: str = "/repo/deploy/a b.yaml", line: int = 3, wish: Wish | None = None, **metadata: Any) -> Advised:
    document = {"kind": "Pod", "metadata": {"name": "a", "namespace": "apps"} | metadata}
    finding = RULES["sub-path"].found("spec.x", "is off")
    manifest = Manifest(document=0, prefix="", content=document, source="chart/a.yaml")
    return advised.advised(finding, manifest, wish or Wish(), file, Place(line, 7))


def run_of(outcome: Outcome) -> dict[str, Any]:
    log = json.loads(sarif.text(outcome, ROOT))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def outcome(*advised: Advised, unread: tuple[Unread, ...] = ()) -> Outcome:
    return Outcome(checked=1, advised=advised, unread=unread)


def test_every_rule_has_its_help() -> None:
    driver = run_of(outcome())["tool"]["driver"]
    assert driver["name"] == "keyferry"
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in LEVELS
        assert rule.get("helpUri", "https://").startswith("https://")


def test_a_result_points_at_its_rule_and_place() -> None:
    run = run_of(outcome(found()))
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "sub-path"
    assert result["level"] == "warning"
    assert result["message"]["text"].startswith("Pod apps/a: spec.x: is off. To mend it: ")
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "deploy/a%20b.yaml"},
        "region": {"startLine": 3, "startColumn": 7},
    }
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "Pod apps/a spec.x"
    assert result["suppressions"] == []
    assert result["properties"] == {"source": "chart/a.yaml"}
    assert run["columnKind"] == "unicodeCodePoints"


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        pytest.param("-", "stdin", id="standard-input"),
        pytest.param("./a/b.yaml", "a/b.yaml", id="here"),
        pytest.param("a/#%é.yaml", "a/%23%25%C3%A9.yaml", id="odd"),
        pytest.param("/elsewhere/a.yaml", "file:///elsewhere/a.yaml", id="elsewhere"),
        pytest.param("/repository/a.yaml", "file:///repository/a.yaml", id="a-longer-name"),
        pytest.param("\udcff.yaml", "%FF.yaml", id="no-utf-8"),
    ],
)
def test_files_are_uris(file: str, uri: str) -> None:
    (result,) = run_of(outcome(found(file)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize(
    ("each", "kind"),
    [
        pytest.param(found(annotations={"keyferry.io/ignore": "sub-path"}), "inSource", id="annotation"),
        pytest.param(found(wish=Wish(ignored=frozenset({"sub-path"}))), "external", id="flag"),
    ],
)
def test_what_is_passed_over_says_so(each: Advised, kind: str) -> None:
    (result,) = run_of(outcome(each))["results"]
    assert result["suppressions"] == [{"kind": kind}]


def test_fingerprints_stay_while_lines_move() -> None:
    one, other, moved = run_of(outcome(found(), found(name="b"), found(line=9)))["results"]
    assert one["partialFingerprints"] == moved["partialFingerprints"] != other["partialFingerprints"]


def test_what_could_not_be_read_is_a_notification() -> None:
    lost = Unread(file="/repo/a.yaml", line=2, message="is no YAML", remedy="correct it")
    run = run_of(outcome(unread=(lost, Unread(file="b", message="m", remedy="r"))))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    first, second = invocation["toolExecutionNotifications"]
    assert first["message"]["text"] == "is no YAML. To mend it: correct it"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a.yaml"},
        "region": {"startLine": 2},
    }
    assert "region" not in second["locations"][0]["physicalLocation"]
    assert run_of(outcome())["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
