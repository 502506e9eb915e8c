"""The flags of `keyferry webhook` about its certificate, what it does, and how it ends."""

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from keyferry.admit.certificates import settings
from keyferry.cli import check
from keyferry.model.errors import SpecError

MUTATING: Final = ",".join(settings.MUTATING)
VALIDATING: Final = ",".join(settings.VALIDATING)

SecretOption: TypeAlias = Annotated[
    str,
    typer.Option(
        help="NAMESPACE/NAME of a Secret: the webhook makes its certificate, keeps it there, and has it trusted.",
        show_default="files of --cert-dir",
    ),
]
ServiceOption: TypeAlias = Annotated[
    str, typer.Option(help="NAMESPACE/NAME of the Service by which API servers reach it.")
]
MutatingOption: TypeAlias = Annotated[
    str, typer.Option(help="The MutatingWebhookConfigurations that lead here, by commas.")
]
ValidatingOption: TypeAlias = Annotated[
    str, typer.Option(help="The ValidatingWebhookConfigurations that lead here, by commas.")
]

InjectOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--inject/--no-inject", help="Give pods the workload identity that they ask for, by variables AZURE_…."
    ),
]
AdviseOption: TypeAlias = Annotated[
    bool, typer.Option("--advise/--no-advise", help="Warn of what may go wrong, by what else is in the cluster.")
]
EnforceOption: TypeAlias = Annotated[
    str,
    typer.Option(
        help="Rules of advice, by commas, whose findings refuse.",
        autocompletion=check.rules_beginning,
        show_default="none",
    ),
]
SubjectsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        help="A file of the federated credentials' subjects: one a line, or JSON. Taken anew when it changes.",
        show_default="none",
    ),
]
AuthorityHostOption: TypeAlias = Annotated[
    str, typer.Option(help="Entra's address, with AZURE_ENVIRONMENT=AzureStackCloud alone.", show_default="the cloud's")
]
GraceOption: TypeAlias = Annotated[
    str, typer.Option(help="How long it goes on answering after SIGTERM, until no API server asks it any more.")
]


def names(text: str) -> tuple[str, ...]:
    """Return the names in a list with commas; none where it is empty."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def check_advice(*, advises: bool, enforce: str, subjects: Path | None) -> None:
    """Raise SpecError where a flag is for advice and none is given: whoever enforces a rule relies on it."""
    for flag, is_given in (("--enforce", bool(names(enforce))), ("--subjects", subjects is not None)):
        if is_given and not advises:
            raise SpecError(
                what=f"{flag} goes with --advise alone",
                cause="without advice no rule looks at anything",
                remedy=f"add --advise, or leave {flag} out",
            )
