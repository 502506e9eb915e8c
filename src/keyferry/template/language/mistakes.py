"""What is wrong with a template, by its place in the text; `compiled` turns it into a TemplateError."""

from typing import Final

from keyferry.template.errors import TemplateError

LIMITS: Final = {
    "steps": "it does more than a template may",
    "bytes": "it makes more text than a template may",
    "depth": "templates or values are nested too deep",
}
SMALLER: Final = "make the template or its data smaller"


class Mistake(Exception):
    """A fault at an offset in characters. `kind` is as in TemplateError; `cause` and `remedy` never hold a value."""

    def __init__(self, kind: str, cause: str, at: int, remedy: str = "") -> None:
        super().__init__(cause)
        self.kind = kind
        self.cause = cause
        self.at = at
        self.remedy = remedy

    def within(self, text: str) -> TemplateError:
        """Return the error with line and column, both from 1."""
        line = text.count("\n", 0, self.at) + 1
        column = self.at - text.rfind("\n", 0, self.at)
        if self.remedy:
            return TemplateError(self.kind, self.cause, line=line, column=column, remedy=self.remedy)
        return TemplateError(self.kind, self.cause, line=line, column=column)


def limit(what: str, at: int) -> Mistake:
    """Return the mistake that tells of a limit, by the name of what ran out, and where that was."""
    return Mistake(f"limit/{what}", LIMITS[what], at, SMALLER)
