"""The steps from a rendered root module to an estate that is made: init, plan, apply, outputs. Called by cli.provision.

What is applied is the very plan that was shown; its file is for nobody else to read, and gone afterwards.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.provision import outputs
from keyferry.provision.outputs import Outputs
from keyferry.provision.terraform import changes, messages, prerequisites, process, refusals, root
from keyferry.provision.terraform.changes import Change
from keyferry.provision.terraform.messages import Diagnostic, Message
from keyferry.provision.terraform.process import Program
from keyferry.provision.terraform.refusals import Step

LOG: Final = f"{root.FOLDER}/keyferry.log"
TOOLS: Final = ("terraform", "tofu")
_PLAN: Final = "keyferry.tfplan"
_CHANGES: Final = 2  # the code of `plan -detailed-exitcode` where there are any

Say = Callable[[Message], None]
Warn = Callable[[], None]


def find(named: str | None, environment: Mapping[str, str]) -> Path:
    """Return the tool, by the name or path given or the first of `TOOLS` on PATH. SpecError if there is none."""
    path = environment.get("PATH")
    for name in (named,) if named else TOOLS:
        if found := shutil.which(name, path=path):
            return Path(found).absolute()
    raise SpecError(
        what=f"{named} is no program" if named else "there is neither `terraform` nor `tofu` on PATH",
        cause="one of them makes what the estate describes",
        remedy=f"install one: {prerequisites.INSTALL}, or name it by --terraform",
    )


def opened(tool: Path, out: Path, environment: Mapping[str, str]) -> Program:
    """Return the tool set up for the root module below `out`, which may not be there yet."""
    own = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
    return Program(
        path=tool, folder=(out / root.FOLDER).absolute(), environment={**environment, **own}, log=(out / LOG).absolute()
    )


def check_version(program: Program) -> str:
    """Return the tool's version. SpecError where it is too old. The root module need not be there."""
    anywhere = Program(path=program.path, folder=Path.cwd(), environment=program.environment, log=program.log)
    return prerequisites.version(program.name, process.answer(anywhere, ["version", "-json"]))


class Steps:
    """The steps, in the order of the methods. Each raises what kept it from its end."""

    def __init__(self, program: Program, say: Say, warn: Warn) -> None:
        self._program = program
        self._say = say
        self._warn = warn

    def init(self) -> None:
        """Fetch the providers, and open the state. A new log begins."""
        process.new_log(self._program)
        self._run("init", ["-input=false", "-no-color"])

    def plan(self, owners: Mapping[str, str], extra: Sequence[str] = ()) -> tuple[tuple[Change, ...], bool]:
        """Return what would be changed, and whether applying it does anything at all: it may write outputs alone."""
        code = self._run(
            "plan", ["-json", "-input=false", "-detailed-exitcode", f"-out={_PLAN}", *extra], (0, _CHANGES)
        )
        shown = process.answer(self._program, ["show", "-json", _PLAN])
        return changes.read(shown, owners), code == _CHANGES

    def apply(self, extra: Sequence[str] = ()) -> None:
        """Do what `plan` returned, and nothing else."""
        self._run("apply", ["-json", "-input=false", *extra, _PLAN])

    def outputs(self) -> Outputs:
        """Return what was made."""
        return outputs.parse(process.answer(self._program, ["output", "-json"]))

    def forget_plan(self) -> None:
        """Remove the file of the plan."""
        (self._program.folder / _PLAN).unlink(missing_ok=True)

    def _run(self, command: str, arguments: Sequence[str], good: Sequence[int] = (0,)) -> int:
        errors: list[Diagnostic] = []

        def each(line: bytes) -> None:
            message = messages.read(line)
            if isinstance(message, Diagnostic) and message.is_error:
                errors.append(message)
            elif message is not None:
                self._say(message)

        ended = process.run(self._program, [command, *arguments], each, self._warn)
        if ended.code not in good:
            program = self._program
            step = Step(tool=program.name, command=command, folder=str(program.folder), log=str(program.log))
            raise refusals.failed(step, errors, ended.tail, ended.code)
        return ended.code
