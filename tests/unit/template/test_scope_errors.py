"""A ScopeError says what to do, and is a SpecError: somebody must edit YAML."""

from keyferry.model.errors import SpecError
from keyferry.template.scope_errors import ScopeError


def test_says_cause_and_remedy() -> None:
    error = ScopeError("yaml", "the rendered text is not YAML", remedy="look at it")
    assert isinstance(error, SpecError)
    assert error.kind == "yaml"
    assert str(error) == (
        "what templateFrom renders cannot be applied: the rendered text is not YAML. To mend it: look at it"
    )
