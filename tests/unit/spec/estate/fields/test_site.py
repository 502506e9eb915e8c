"""keyferry.spec.estate.fields.site"""

import pytest

from keyferry.spec.estate.fields import site
from keyferry.spec.estate.sites import Consumption, Deliver, ObjectType, RoleScope
from keyferry.spec.schema import Text


@pytest.mark.parametrize("name", sorted(set(site.DEFAULTS.fields)))
def test_a_site_may_say_what_defaults_say(name: str) -> None:
    assert name in site.SITE.fields


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("consume", tuple(Consumption), id="consume"),
        pytest.param("deliver", tuple(Deliver), id="deliver"),
        pytest.param("type", tuple(ObjectType), id="type"),
        pytest.param("roleScope", tuple(RoleScope), id="role-scope"),
    ],
)
def test_words_are_those_of_the_types(name: str, words: tuple[str, ...]) -> None:
    node = {**site.SECRET.fields, **site.SITE.fields}[name]
    assert isinstance(node, Text)
    assert node.enum == words


def test_nothing_of_a_site_has_a_default_of_its_own() -> None:
    """With one, the estate's defaults would never hold."""
    assert [name for name, node in site.SITE.fields.items() if getattr(node, "default", None) is not None] == []
