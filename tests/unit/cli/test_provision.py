"""`keyferry provision` has its sub-commands, and each its help with examples."""

import json

import pytest

from tests.fakes import command_line


@pytest.mark.parametrize("name", ["render", "manifests", "plan", "apply", "schema"])
def test_help_has_examples(name: str) -> None:
    ended = command_line.run("provision", name, "--help")
    assert ended.code == 0
    assert f"keyferry provision {name}" in ended.output
    assert "Example" in ended.output


def test_without_a_sub_command_there_is_help() -> None:
    assert "render" in command_line.run("provision").output + command_line.run("provision").errors


def test_no_estate_is_told() -> None:
    ended = command_line.run("provision", "render", "--estate", "gone.yaml")
    assert (ended.code, "gone.yaml" in ended.errors) == (2, True)


def test_a_flag_that_is_none() -> None:
    assert command_line.run("provision", "render", "--format", "xml").code == 2


def test_the_schema_is_json() -> None:
    printed = json.loads(command_line.run("provision", "schema").output)
    assert printed["title"] == "Estate"
    assert "spec" in printed["properties"]
