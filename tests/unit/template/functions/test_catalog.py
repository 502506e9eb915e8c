"""Every function is in the catalogue by its name, and sprig's go before Go's."""

import pytest

from keyferry.template.functions import catalog
from keyferry.template.functions.function import Function


@pytest.mark.parametrize("name", ["print", "eq", "upper", "list", "toJson"])
def test_known(name: str) -> None:
    assert catalog.functions()[name].name == name


@pytest.mark.parametrize("name", ["env", "expandenv", "getHostByName", "include", "tpl", "lookup", "and", "or"])
def test_not_there(name: str) -> None:
    assert name not in catalog.functions()


@pytest.mark.parametrize("function", catalog.functions().values(), ids=lambda function: function.name)
def test_what_they_take(function: Function) -> None:
    assert callable(function.call)
    assert all(function.takes)
