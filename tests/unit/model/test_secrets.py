import json
import pickle
from collections.abc import Callable

import msgspec
import pytest

from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretValue, SecretVersion, VaultUrl

VALUE = SecretValue(b"hunter2")


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(repr, id="repr"),
        pytest.param(str, id="str"),
        pytest.param("{}".format, id="format"),
        pytest.param("{:>20}".format, id="format-with-a-specification"),
        pytest.param(lambda value: f"{value!r:.40}", id="f-string"),
        pytest.param(lambda value: str([value, {"a": value}]), id="inside-containers"),
    ],
)
def test_a_value_never_shows(show: Callable[[SecretValue], str]) -> None:
    assert "hunter2" not in show(VALUE)
    assert "•••" in show(VALUE)


@pytest.mark.parametrize("serialise", [pickle.dumps, json.dumps, msgspec.json.encode, msgspec.msgpack.encode])
def test_a_value_is_never_serialised(serialise: Callable[[SecretValue], object]) -> None:
    with pytest.raises(TypeError):
        serialise(VALUE)


def test_reveal_is_the_way_out() -> None:
    assert VALUE.reveal() == b"hunter2"
    assert len(VALUE) == 7


def test_equal_values_are_equal_and_others_are_not() -> None:
    assert SecretValue(b"hunter2") == VALUE
    assert hash(VALUE) == hash(SecretValue(b"hunter2"))
    assert SecretValue(b"hunter3") != VALUE
    assert VALUE != b"hunter2"


def test_the_digest_shows_a_change_and_not_the_value() -> None:
    assert VALUE.digest() == SecretValue(b"hunter2").digest() != SecretValue(b"hunter3").digest()
    assert len(VALUE.digest()) == 12


@pytest.mark.parametrize(
    ("version", "text"),
    [
        pytest.param("", "https://kv.vault.azure.net/secrets/db", id="latest"),
        pytest.param("a" * 32, f"https://kv.vault.azure.net/secrets/db/{'a' * 32}", id="one-version"),
    ],
)
def test_a_reference_prints_as_the_vaults_own_id(version: str, text: str) -> None:
    reference = SecretRef(
        vault_url=VaultUrl("https://kv.vault.azure.net"),
        name=SecretName("db"),
        version=SecretVersion(version),
    )
    assert str(reference) == text


@pytest.mark.parametrize(
    ("kind", "version", "shown"),
    [
        pytest.param(ObjectKind.SECRET, "", "https://kv.vault.azure.net/secrets/a", id="secret"),
        pytest.param(ObjectKind.CERTIFICATE, "v1", "https://kv.vault.azure.net/certificates/a/v1", id="certificate"),
        pytest.param(ObjectKind.KEY, "", "https://kv.vault.azure.net/keys/a", id="key"),
    ],
)
def test_a_reference_shows_its_address(kind: ObjectKind, version: str, shown: str) -> None:
    url = VaultUrl("https://kv.vault.azure.net")
    ref = SecretRef(vault_url=url, name=SecretName("a"), version=SecretVersion(version), kind=kind)
    assert str(ref) == shown
