"""A secret's answer becomes its value and properties; what no vault answers is refused without a word of it."""

from typing import Any

import pytest

from keyferry.model.secrets import SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.vault import fetching
from tests.unit.vault.test_listing import Vault

REF = SecretRef(vault_url=VaultUrl("https://kv"), name=SecretName("db"), version=SecretVersion("01"))
ID = "https://kv/secrets/DB/01"


async def test_a_secret() -> None:
    answer = {"value": "v", "id": ID, "kid": "https://kv/keys/db/01", "contentType": "t", "attributes": {"created": 1}}
    vault = Vault(answer)
    bundle = await fetching.secret(vault, REF, {"option": 1})
    assert vault.asked == ["/secrets/db/01"]
    assert bundle.value.reveal() == b"v"
    assert (bundle.properties.version, bundle.properties.content_type) == ("01", "t")
    assert bundle.properties.certificate_backed


async def test_half_a_character_is_the_replacement_character() -> None:
    body = b'{"value": "a\\ud800b", "id": "https://kv/secrets/db/01"}'
    assert (await fetching.secret(Vault(body), REF, {"option": 1})).value.reveal() == "a\ufffdb".encode()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"canary", id="no-json"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"\xff", id="no-text"),
        pytest.param([], id="a-list"),
        pytest.param({"id": ID}, id="no-value"),
        pytest.param({"id": ID, "value": 1}, id="a-number"),
        pytest.param({"id": "https://kv/secrets/other/01", "value": "canary"}, id="another-object"),
        pytest.param({"value": "canary"}, id="no-id"),
    ],
)
async def test_what_no_vault_answers(answer: Any) -> None:
    with pytest.raises(ValueError, match=r"answer|object") as refusal:
        await fetching.secret(Vault(answer), REF, {"option": 1})
    assert "canary" not in str(refusal.value)
