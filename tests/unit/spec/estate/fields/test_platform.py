"""keyferry.spec.estate.fields.platform"""

from keyferry.spec.estate.fields import platform
from keyferry.spec.schema import Items, Text


def test_components_are_words_of_a_list() -> None:
    components = platform.INSTALL.fields["components"]
    assert isinstance(components, Items)
    assert isinstance(components.of, Text)
    assert components.of.enum == platform.COMPONENTS
