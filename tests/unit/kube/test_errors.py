import pytest

from keyferry.kube.errors import AlreadyExists, Conflict, Expired
from keyferry.model.errors import KeyferryError, Unavailable


@pytest.mark.parametrize("kind", [AlreadyExists, Conflict, Expired])
def test_they_are_answers_and_not_outages(kind: type[KeyferryError]) -> None:
    assert issubclass(kind, KeyferryError)
    assert not issubclass(kind, Unavailable)
