import pytest

from keyferry.lab.kubernetes.cel.environments import FUNCTIONS, OF_OBJECTS, OF_REQUESTS
from tests.fakes.cel import answered


def test_no_two_overloads_are_the_same() -> None:
    seen = [(one.name, one.takes) for one in FUNCTIONS]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", [name for name in OF_REQUESTS if "." not in name])
def test_variables_of_requests_are_there(name: str) -> None:
    assert answered(f"type({name}) == type({name})") is True


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_those_of_objects_are_not(name: str) -> None:
    assert f"undeclared reference to '{name}'" in str(answered(f"{name} == 1"))
