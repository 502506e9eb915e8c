"""How an error ends a command: three lines on standard error, and an exit code. Called by cli.main and cli.working."""

from typing import Final

from keyferry.model.errors import KeyferryError, SpecError

FAILED: Final = 1  # something outside did not do as it should
MISUSED: Final = 2  # a flag, a file or the environment must be edited


def tell(error: KeyferryError) -> int:
    """Print what failed, why and what to do; return the exit code."""
    from rich.console import Console  # noqa: PLC0415  (it is heavy, and a process that works needs it not)
    from rich.markup import escape  # noqa: PLC0415  (the same)

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]error:[/] {escape(error.what)}")
    if error.cause:
        console.print(f"[bold]cause:[/] {escape(error.cause)}")
    if error.remedy:
        console.print(f"[bold]to mend it:[/] {escape(error.remedy)}")
    return MISUSED if isinstance(error, SpecError) else FAILED
