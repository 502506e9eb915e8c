"""keyferry.spec.estate.estate"""

from keyferry.spec.estate.estate import Cloud
from keyferry.spec.fields import azure_key_vault


def test_clouds_are_named_as_stores_name_them() -> None:
    environment = azure_key_vault.azure_key_vault("v1").fields["environmentType"]
    assert {cloud.value for cloud in Cloud} <= set(environment.enum)  # type: ignore[union-attr]  # (it is a Text)
