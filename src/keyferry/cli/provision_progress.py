"""How far the tool is: a bar where somebody watches, a line for each resource where a log is kept."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TextIO

from keyferry.model.errors import foreign
from keyferry.provision.terraform import changes
from keyferry.provision.terraform.changes import Action, Change
from keyferry.provision.terraform.messages import Begun, Diagnostic, Done, Looked, Message

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_STEPS: Final = {Action.REPLACE: 2}  # it is removed and made
_WORDS: Final = {"create": "made", "update": "changed", "delete": "removed", "replace": "replaced", "read": "read"}


class Progress:
    """Tells on `stream` of each message. One at a time: `step` begins the next one, `end` takes the bar away."""

    def __init__(self, stream: TextIO, owners: Mapping[str, str]) -> None:
        self._stream = stream
        self._owners = owners
        self._bar = _bar(stream) if stream.isatty() else None
        self._done = 0
        self._total = 0

    def step(self, words: str, planned: Sequence[Change] = ()) -> None:
        """Begin something; `planned` is what will be told of it."""
        self._done, self._total = 0, sum(_STEPS.get(change.action, 1) for change in planned)
        if self._bar is None:
            self._line(words)
            return
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._bar.add_task(words, total=self._total or None, what="")
        self._bar.start()

    def say(self, message: Message) -> None:
        """Tell what the tool said."""
        match message:
            case Done():
                self._advance(message)
            case Diagnostic():
                self._line(f"warning: {foreign(message.summary)}: {foreign(message.detail)}")
            case Looked() | Begun():
                self._show(message.address)

    def stopping(self) -> None:
        """Tell that somebody asked to stop."""
        self._line("stopping: what was begun is brought to its end first, which may take minutes")

    def end(self) -> None:
        """Take away what was shown and moves."""
        if self._bar is not None:
            self._bar.stop()

    def _advance(self, message: Done) -> None:
        self._done += 1
        count = f"[{self._done}/{self._total}] " if self._total else ""
        words = (
            _WORDS.get(message.action, message.action)
            if message.is_well
            else f"could not be {_WORDS.get(message.action, message.action)}"
        )
        text = f"{count}{changes.part_of(message.address, self._owners)}: {message.address} {words}"
        if self._bar is None or not message.is_well:
            self._line(text)
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])

    def _show(self, address: str) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], what=str(changes.part_of(address, self._owners)))

    def _line(self, text: str) -> None:
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            self._stream.write(f"{text}\n")
            self._stream.flush()


def _bar(stream: TextIO) -> "Bar":
    from rich.console import Console  # noqa: PLC0415  (it is heavy, and needed where somebody watches alone)
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}", markup=False),
    )
    return Bar(*columns, console=Console(file=stream), transient=True)
