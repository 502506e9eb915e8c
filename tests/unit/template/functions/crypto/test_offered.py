"""Every function is offered once, by its name and types, and is there when it is called."""

import pytest

from keyferry.template.functions.crypto import offered
from keyferry.template.values import STRING
from tests.fakes.template_keys import world


@pytest.mark.parametrize("module", offered.OFFERED)
def test_what_is_offered_is_there(module: str) -> None:
    assert set(offered.calls(module)) == set(offered.OFFERED[module])


def test_a_call_reaches_its_function() -> None:
    functions = {each.name: each for each in offered.FUNCTIONS}
    assert functions["genPrivateKey"].takes == (STRING,)
    assert functions["genPrivateKey"].call(world(), b"bogus") == b"Unknown type bogus"
