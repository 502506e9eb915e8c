"""Why a template cannot be rendered, and where in its text."""

from typing import Final

from keyferry.model.errors import SpecError

_REMEDY: Final = "correct the template; `keyferry template FILE --data FILE` renders it offline"


class TemplateError(SpecError):
    """A template that does not parse or does not run.

    `kind` is a short class that does not change with the wording: `parse/unclosed-action`, `exec/missing-key`,
    `exec/call:fail`, `limit/steps`. `line` and `column` count from 1, the column in characters; both are 0 where the
    fault has no place. The text never holds a value that was rendered.
    """

    def __init__(self, kind: str, cause: str, *, line: int = 0, column: int = 0, remedy: str = _REMEDY) -> None:
        self.kind = kind
        self.line = line
        self.column = column
        place = f" at line {line}, column {column}" if line else ""
        verb = "parsed" if kind.startswith("parse/") else "rendered"
        super().__init__(what=f"the template cannot be {verb}{place}", cause=cause, remedy=remedy)
