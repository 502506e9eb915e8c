"""The flags of whoever takes Event Grid's events."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

AddressOption: TypeAlias = Annotated[
    str, typer.Option("--events-addr", help="Take Event Grid's events there, at /events; off unless set.")
]
AudienceOption: TypeAlias = Annotated[
    str, typer.Option("--events-audience", help="The audience of the tokens that Event Grid brings.")
]
KeyFileOption: TypeAlias = Annotated[
    Path | None, typer.Option("--events-key-file", help="Shared keys that events may bring instead, a line each.")
]
ApplicationOption: TypeAlias = Annotated[
    str, typer.Option("--events-application", help="Event Grid's application id, by default the public cloud's.")
]
