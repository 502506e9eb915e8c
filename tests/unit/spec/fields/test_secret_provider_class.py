import pytest

from keyferry.spec.fields import secret_provider_class
from keyferry.spec.schema import Table


def test_nothing_is_required() -> None:
    spec = secret_provider_class.spec()
    assert set(spec.fields) == {"provider", "parameters", "secretObjects"}
    assert (spec.required, secret_provider_class.secret_object().required) == ((), ())


def test_a_secret_has_what_a_secret_needs() -> None:
    assert set(secret_provider_class.secret_object().fields) == {"secretName", "type", "labels", "annotations", "data"}


@pytest.mark.parametrize(
    ("version", "fields"),
    [pytest.param("v1", set(), id="v1"), pytest.param("v1alpha1", {"byPod"}, id="v1alpha1")],
)
def test_the_status_is_that_of_the_version(version: str, fields: set[str]) -> None:
    status: Table = secret_provider_class.status(version)
    assert set(status.fields) == fields
