"""Why rendered texts cannot be put where templateFrom says."""

from keyferry.model.errors import SpecError


class ScopeError(SpecError):
    """A rendered text or a target that does not fit.

    `kind` does not change with the wording: `yaml`, `decode`, `invalid-path`, `set-path`. No text of it holds a value.
    """

    def __init__(self, kind: str, cause: str, *, remedy: str) -> None:
        self.kind = kind
        super().__init__(what="what templateFrom renders cannot be applied", cause=cause, remedy=remedy)
