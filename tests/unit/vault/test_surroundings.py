"""Where a feed is."""

from keyferry.model.secrets import ObjectKind, SecretName, SecretRef
from keyferry.vault.surroundings import Place
from tests.fakes.model_vault import VAULT, identity


def test_names_the_objects_of_its_place() -> None:
    place = Place(vault_url=VAULT, identity=identity(), kind=ObjectKind.KEY)

    assert place.ref(SecretName("k")) == SecretRef(vault_url=VAULT, name=SecretName("k"), kind=ObjectKind.KEY)
