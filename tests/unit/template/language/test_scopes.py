"""The parser knows how deep it is, and stops where the stack could end."""

import pytest

from keyferry.template.language import scopes
from keyferry.template.language.mistakes import Mistake


def test_nesting() -> None:
    scope = scopes.Scope()
    with scope.nested(3, 0), scope.nested(2, 0):
        pass
    with scope.nested(1, 0):
        assert scope.depth == 1
    assert (scope.depth, scope.height, scope.variables) == (0, 5, ["$"])


def test_too_deep() -> None:
    with pytest.raises(Mistake, match="too deep"), scopes.Scope().nested(scopes.MAX_HEIGHT + 1, 0):
        pass
