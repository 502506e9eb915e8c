from keyferry.lab.azure.eventgrid.state import Handshake, State
from tests.fakes import lab_grid


def test_begins_with_nothing() -> None:
    assert State() == State(subscriptions={}, topics={}, operations={}, planned={}, current={}, outgoing={})


def test_the_token_of_a_handshake_is_not_in_a_repr() -> None:
    handshake = Handshake(code="c", token="sesame", operation="o", definition=lab_grid.HOOK, deadline=lab_grid.NOW)
    assert "sesame" not in repr(handshake)
