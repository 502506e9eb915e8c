"""A value that JSON can hold says how."""

import pytest

from keyferry.template.functions.marshalling import Marshaller


def test_leaves_the_answer_to_its_kinds() -> None:
    with pytest.raises(NotImplementedError):
        Marshaller().plain()
