"""The port of a way to a token, as each kind of grant fills it."""

import pytest

from keyferry.identity.federated import Federated
from keyferry.identity.grants import Grant
from keyferry.identity.lent import Lent
from keyferry.identity.stored import Stored


@pytest.mark.parametrize("kind", [Federated, Stored, Lent])
def test_every_kind_fits(kind: type[Grant]) -> None:
    assert hasattr(kind, "obtain")  # the type checker is the test
