"""What the last apply answered, kept beside what was rendered: manifests can be rendered anew without a cloud."""

import stat
from pathlib import Path
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.provision import outputs, staging
from keyferry.provision.outputs import NOTHING, Outputs

NAME: Final = "outputs.json"


def read(out: Path) -> Outputs:
    """Return what is kept below `out`, NOTHING where nothing is. SpecError where it cannot be read."""
    path = out / NAME
    try:
        mode = path.stat().st_mode
    except OSError:  # of a folder that cannot be, whoever writes there tells
        return NOTHING
    if not stat.S_ISREG(mode):  # a pipe would be waited for
        raise _unreadable(path, "it is no file")
    return read_file(path)


def read_file(path: Path) -> Outputs:
    """Return the outputs in a file, as `terraform output -json` prints them."""
    try:
        content = path.read_bytes()
    except OSError as refusal:
        raise _unreadable(path, refusal.strerror or type(refusal).__name__) from refusal
    return outputs.parse(content)


def write(out: Path, made: Outputs) -> None:
    """Keep them."""
    staging.put(out / NAME, outputs.document(made) + b"\n")


def _unreadable(path: Path, cause: str) -> SpecError:
    return SpecError(
        what=f"{path} cannot be read", cause=cause, remedy="name a file with what `terraform output -json` printed"
    )
