import pytest

from keyferry.spec.fields import secret_store
from keyferry.spec.schema import Integer, IntegerOrText, Table


@pytest.mark.parametrize(
    ("version", "kind"), [pytest.param("v1", IntegerOrText, id="v1"), pytest.param("v1beta1", Integer, id="v1beta1")]
)
def test_the_interval_has_the_type_of_the_version(version: str, kind: type) -> None:
    assert isinstance(secret_store.spec(version).fields["refreshInterval"], kind)


def test_exactly_one_provider_and_any_other_is_kept() -> None:
    provider = secret_store.spec("v1").fields["provider"]
    assert isinstance(provider, Table)
    assert (provider.min_properties, provider.max_properties, provider.open) == (1, 1, True)


def test_the_status_has_capabilities() -> None:
    assert set(secret_store.status().fields) == {"capabilities", "conditions"}
