from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.lab.azure.seed import keys
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.seed.vault_objects import KeySeed
from tests.fakes import vault_files
from tests.fakes.lab_azure import private_key


def _parse(document: dict[str, Any]) -> tuple[KeySeed, ...]:
    return keys.parse(Fields(document, "vaults[0].keys"))


@pytest.mark.parametrize(
    ("document", "seed"),
    [
        pytest.param({}, KeySeed(name="k", spec="P-256"), id="a-small-one"),
        pytest.param({"kind": "RSA-4096"}, KeySeed(name="k", spec="RSA-4096"), id="kind"),
        pytest.param(
            {"pem": private_key("P-384")}, KeySeed(name="k", spec="P-384", pem=private_key("P-384")), id="pem"
        ),
        pytest.param(
            {
                "operations": ["sign"],
                "tags": {"a": "b"},
                "enabled": False,
                "notBefore": "2029-01-01T00:00:00Z",
                "expires": "2030-01-01T00:00:00Z",
            },
            KeySeed(
                name="k",
                spec="P-256",
                operations=("sign",),
                tags=(("a", "b"),),
                enabled=False,
                not_before=datetime(2029, 1, 1, tzinfo=UTC),
                expires=datetime(2030, 1, 1, tzinfo=UTC),
            ),
            id="everything",
        ),
    ],
)
def test_reads(document: dict[str, Any], seed: KeySeed) -> None:
    assert _parse({"k": document}) == (seed,)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        pytest.param({"a_b": {}}, "vaults[0].keys.a_b", id="name"),
        pytest.param({"a": {}, "A": {}}, "vaults[0].keys.A", id="twice"),
        pytest.param({"a": {"kind": "RSA"}}, "vaults[0].keys.a.kind", id="kind"),
        pytest.param({"a": {"kidn": "P-256"}}, "vaults[0].keys.a.kidn", id="misspelt"),
        pytest.param({"a": {"pem": "x"}}, "vaults[0].keys.a.pem", id="pem"),
        pytest.param({"a": {"pem": vault_files.odd_pem_file().decode()}}, "vaults[0].keys.a.pem", id="odd-key"),
        pytest.param({"a": {"operations": ["wrapKey"]}}, "vaults[0].keys.a.operations", id="operation-of-rsa"),
        pytest.param({"a": {"pem": private_key("P-256"), "kind": "P-256"}}, "vaults[0].keys.a.kind", id="both"),
    ],
)
def test_names_the_path(document: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(document)
    assert refusal.value.path == path
    assert "BEGIN PRIVATE KEY-----\n" not in str(refusal.value)


def test_an_rsa_key_can_do_more() -> None:
    assert _parse({"k": {"kind": "RSA-2048", "operations": ["wrapKey"]}})[0].operations == ("wrapKey",)
