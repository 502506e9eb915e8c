"""A template's error says where, and keeps a class that does not change with its words."""

import pytest

from keyferry.template.errors import TemplateError


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (
            TemplateError("parse/unclosed-action", "an action is not closed", line=2, column=5),
            "parsed at line 2, column 5",
        ),
        (TemplateError("limit/steps", "it takes too many steps"), "the template cannot be rendered"),
    ],
)
def test_the_place_and_the_class(error: TemplateError, what: str) -> None:
    assert error.what.endswith(what)
    assert "/" in error.kind
    assert "keyferry template" in error.remedy
