"""A line for each resource where a log is kept, a bar where somebody watches, and nothing is left of the bar."""

import io

from keyferry.cli.provision_progress import Progress
from keyferry.provision.terraform.changes import ESTATE, Action, Change
from keyferry.provision.terraform.messages import Begun, Diagnostic, Done, Looked

ADDRESS = 'module.identity["shops-a"].azurerm_x.this[0]'
OWNERS = {"shops-a": "a"}
PLANNED = [
    Change(part=ESTATE, address="x.y", action=Action.MAKE),
    Change(part=ESTATE, address="x.z", action=Action.REPLACE),
]


class Terminal(io.StringIO):
    """What a person sees."""

    def isatty(self) -> bool:
        return True


def tell(stream: io.StringIO) -> str:
    progress = Progress(stream, OWNERS)
    progress.step("planning")
    progress.say(Looked(address=ADDRESS))
    progress.end()
    progress.step("applying", PLANNED)
    progress.say(Begun(address=ADDRESS, action="create"))
    progress.say(Done(address=ADDRESS, action="create", is_well=True))
    progress.say(Done(address="x.y", action="delete", is_well=False))
    progress.say(Diagnostic(is_error=False, summary="odd", detail="[bold]very[/]"))
    progress.stopping()
    progress.end()
    return stream.getvalue()


def test_a_log_has_lines() -> None:
    assert tell(io.StringIO()).splitlines() == [
        "planning",
        "applying",
        f"[1/3] site a: {ADDRESS} made",
        "[2/3] estate: x.y could not be removed",
        "warning: odd: [bold]very[/]",
        "stopping: what was begun is brought to its end first, which may take minutes",
    ]


def test_a_terminal_has_a_bar_and_keeps_what_went_wrong() -> None:
    shown = tell(Terminal())
    assert "x.y could not be removed" in shown
    assert "warning: odd: [bold]very[/]" in shown
    assert f"{ADDRESS} made" not in shown


def test_without_a_plan_there_is_no_count() -> None:
    stream = io.StringIO()
    progress = Progress(stream, {})
    progress.step("reading")
    progress.say(Done(address="data.x.y", action="read", is_well=True))
    assert stream.getvalue().splitlines()[1] == "estate: data.x.y read"
