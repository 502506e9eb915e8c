"""Init, plan, apply, outputs: in this order, on the plan that was shown, and each failure told."""

import os
from pathlib import Path

import pytest

from keyferry.model.errors import GrantError, SpecError, Unavailable
from keyferry.provision import writing
from keyferry.provision.terraform import root, steps
from keyferry.provision.terraform.changes import Action
from keyferry.provision.terraform.messages import Done, Message
from keyferry.provision.terraform.steps import Steps
from tests.fakes import estates, terraform
from tests.fakes.terraform import FakeTerraform


@pytest.fixture
def said() -> list[Message]:
    return []


@pytest.fixture
def doing(tool: FakeTerraform, out: Path, said: list[Message]) -> Steps:
    return Steps(steps.opened(tool.path, out, os.environ), said.append, lambda: None)


def test_an_estate_is_made_and_a_second_time_nothing_is(doing: Steps, said: list[Message], out: Path) -> None:
    doing.init()
    found, has_changes = doing.plan({})
    assert (has_changes, {change.action for change in found}) == (True, {Action.MAKE})
    doing.apply()
    assert [message.address for message in said if isinstance(message, Done)] == sorted(each.address for each in found)
    assert sorted(doing.outputs().identities) == ["shops-site-a", "shops-site-b"]
    assert doing.plan({}) == ((), False)
    assert (out / "terraform/keyferry.tfplan").stat().st_mode & 0o077 == 0
    doing.forget_plan()
    assert not (out / "terraform/keyferry.tfplan").exists()


def test_one_more_site_is_one_parts_change(doing: Steps, out: Path) -> None:
    doing.init()
    doing.plan({})
    doing.apply()
    more = estates.small(*(estates.site(f"site-{name}") for name in "abc"))
    writing.write(out, root.files(more, {}))
    found, _ = doing.plan({"shops-site-c": "site-c"})
    assert {str(change.part) for change in found} == {"site site-c"}


def test_a_stale_plan_is_refused_by_the_tool(doing: Steps, tool: FakeTerraform) -> None:
    doing.init()
    doing.plan({})
    doing.apply()
    with pytest.raises(Unavailable, match="Saved plan is stale"):
        doing.apply()


def test_flags_reach_the_tool(doing: Steps, tool: FakeTerraform) -> None:
    doing.init()
    doing.plan({}, ["-parallelism=3"])
    doing.apply(["-parallelism=3"])
    assert sum("-parallelism=3" in call for call in tool.calls) == 2


def test_a_failed_init_is_told_from_what_it_printed(doing: Steps, tool: FakeTerraform) -> None:
    tool.behave(fails={"init": ["Failed to query available provider packages", "no connection"]})
    with pytest.raises(Unavailable, match="init failed: Failed to query available provider packages: no connection"):
        doing.init()


def test_an_apply_that_breaks_names_the_resource(doing: Steps, tool: FakeTerraform) -> None:
    address = 'module.site["site-a"].azurerm_federated_identity_credential.this'
    tool.behave(breaks=address)
    doing.init()
    doing.plan({})
    with pytest.raises(GrantError, match="AuthorizationFailed") as refusal:
        doing.apply()
    assert f"({address})" in refusal.value.what


@pytest.mark.parametrize(
    ("present", "named", "found"),
    [
        pytest.param(["terraform", "tofu"], None, "terraform", id="terraform-first"),
        pytest.param(["tofu"], None, "tofu", id="then-tofu"),
        pytest.param(["terraform", "tofu"], "tofu", "tofu", id="by-name"),
    ],
)
def test_which_tool(tmp_path: Path, present: list[str], named: str | None, found: str) -> None:
    for name in present:
        terraform.install(tmp_path, name)
    assert steps.find(named, {"PATH": str(tmp_path)}) == tmp_path / found


@pytest.mark.parametrize(
    ("named", "what"),
    [
        pytest.param(None, "neither `terraform` nor `tofu` on PATH", id="none"),
        pytest.param("tofu-9", "tofu-9 is no program", id="none-of-that-name"),
    ],
)
def test_no_tool(tmp_path: Path, named: str | None, what: str) -> None:
    with pytest.raises(SpecError, match=what):
        steps.find(named, {"PATH": str(tmp_path)})


def test_the_tools_version(tool: FakeTerraform, tmp_path: Path) -> None:
    program = steps.opened(tool.path, tmp_path / "not-there-yet", os.environ)
    assert steps.check_version(program) == "1.11.4"
    tool.behave(version="1.5.7")
    with pytest.raises(SpecError, match="too old"):
        steps.check_version(program)
