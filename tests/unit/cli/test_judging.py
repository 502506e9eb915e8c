"""One file's objects are judged, in their order, and nothing is said of what nobody can know."""

from pathlib import Path

from keyferry.advice.documents import Documents
from keyferry.advice.judge import Failure
from keyferry.advice.rule import Check, Rule, Severity
from keyferry.cli import judging, manifest_files
from keyferry.cli.advised import Wish
from keyferry.cli.manifest_files import File
from tests.unit.cli.test_check import GOOD, OLD

AWS = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: kv, namespace: app}
spec: {provider: {aws: {}}}
"""
RULE = Rule(name="a-rule", title="t", severity=Severity.WARNING, why="w.", remedy="r")


def read(tmp_path: Path, text: str) -> File:
    (tmp_path / "a.yaml").write_text(text)
    (file,) = manifest_files.read([tmp_path])
    return file


def rules(file: File) -> list[str]:
    known = Documents(manifest.content for manifest in file.manifests)
    return [each.finding.rule.name for each in judging.judged(file, known, Wish()).advised]


def test_findings_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    bad = OLD.replace("secretStoreRef", "refreshInterval: 5s\n  secretStoreRef")
    assert rules(read(tmp_path, bad)) == ["outdated-version", "refresh-interval"]


def test_nothing_is_said_of_other_providers_objects_and_of_open_values(tmp_path: Path) -> None:
    elsewhere = GOOD.replace("key: db-password", "key: team/db/password")
    assert rules(read(tmp_path, elsewhere)) == ["questionable"]
    assert rules(read(tmp_path, f"{elsewhere}---\n{AWS}")) == ["other-provider"]
    assert rules(read(tmp_path, GOOD.replace("key: db-password", "key: '${TEAM}/db'"))) == []


def test_each_object_is_counted(tmp_path: Path) -> None:
    told: list[bool] = []
    judging.judged(read(tmp_path, f"{GOOD}---\n{AWS}"), Documents([]), Wish(), lambda: told.append(True))
    assert len(told) == 2


def test_a_rule_that_fails_is_a_defect_of_ours(tmp_path: Path) -> None:
    file = read(tmp_path, f"{GOOD}---\n{AWS}")
    failure = Failure(check=Check(rule=RULE, kinds=frozenset(), find=lambda _, __: ()), cause="TypeError")
    told = judging.defect(file, file.manifests[1], failure)
    assert told.line == 10
    assert told.message == "the rule a-rule failed (TypeError), which is a defect of keyferry"
