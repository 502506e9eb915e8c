from itertools import product

import pytest

from keyferry.spec.estate.delivery import choose
from keyferry.spec.estate.sites import Consumption, Deliver, Delivery, ObjectType

ALL = list(product(Deliver, Consumption, ObjectType))


@pytest.mark.parametrize(
    ("deliver", "consume", "expected"),
    [
        pytest.param(Deliver.AUTO, Consumption.FILES, Delivery.FILES, id="files-where-files-can-be-read"),
        pytest.param(Deliver.AUTO, Consumption.ENV, Delivery.SECRET, id="a-secret-for-an-environment"),
        pytest.param(Deliver.AUTO, Consumption.SECRET_REF, Delivery.SECRET, id="a-secret-for-who-names-one"),
        pytest.param(Deliver.FILES, Consumption.FILES, Delivery.FILES, id="files-asked-for"),
        pytest.param(Deliver.SECRET, Consumption.FILES, Delivery.SECRET, id="a-secret-asked-for"),
        pytest.param(Deliver.SECRET, Consumption.ENV, Delivery.SECRET, id="a-secret-asked-for-an-environment"),
        pytest.param(Deliver.SECRET, Consumption.SECRET_REF, Delivery.SECRET, id="a-secret-asked-for-a-name"),
    ],
)
def test_takes_files_unless_only_a_secret_serves(deliver: Deliver, consume: Consumption, expected: Delivery) -> None:
    choice = choose(deliver, consume, ObjectType.SECRET)
    assert choice.delivery is expected
    assert not choice.problem
    assert not choice.remedy


@pytest.mark.parametrize(
    ("deliver", "consume", "object_type", "said"),
    [
        pytest.param(
            Deliver.FILES, Consumption.ENV, ObjectType.SECRET, "environment variable is filled", id="files-for-an-env"
        ),
        pytest.param(
            Deliver.FILES, Consumption.SECRET_REF, ObjectType.KEY, "`deliver: files` makes none", id="files-for-a-name"
        ),
        pytest.param(
            Deliver.AUTO, Consumption.ENV, ObjectType.CERTIFICATE, "is binary", id="a-certificate-in-an-environment"
        ),
    ],
)
def test_tells_what_contradicts_itself_and_what_to_write(
    deliver: Deliver, consume: Consumption, object_type: ObjectType, said: str
) -> None:
    choice = choose(deliver, consume, object_type)
    assert said in choice.problem
    assert choice.remedy


@pytest.mark.parametrize(("deliver", "consume", "object_type"), ALL)
def test_says_why_in_one_sentence_and_never_contradicts_silently(
    deliver: Deliver, consume: Consumption, object_type: ObjectType
) -> None:
    choice = choose(deliver, consume, object_type)
    assert choice.reason
    assert "." not in choice.reason
    assert bool(choice.problem) == bool(choice.remedy)
    if choice.delivery is Delivery.FILES:
        assert consume is Consumption.FILES
    if not choice.problem and deliver is not Deliver.AUTO:
        assert choice.delivery.value == deliver.value


def test_says_of_a_secret_that_was_asked_for_that_files_would_do() -> None:
    assert "could read a file" in choose(Deliver.SECRET, Consumption.FILES, ObjectType.SECRET).reason
