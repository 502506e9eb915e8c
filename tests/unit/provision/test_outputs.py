"""keyferry.provision.outputs"""

import pytest

from keyferry.model.errors import SpecError
from keyferry.provision import outputs
from keyferry.provision.outputs import MadeIdentity, Outputs

MADE = Outputs(
    issuer="https://issuer.example/",
    identities={"shops-a": MadeIdentity(client_id="c", principal_id="p", tenant_id="t")},
    vault_urls={"kv-a": "https://kv-a.vault.azure.net"},
)


def test_what_is_written_is_read_again() -> None:
    assert outputs.parse(outputs.document(MADE)) == MADE


def test_a_url_has_no_slash_at_the_end() -> None:
    written = outputs.document(MADE).replace(b'vault.azure.net"', b'vault.azure.net/"')
    assert outputs.parse(written).vault_urls == {"kv-a": "https://kv-a.vault.azure.net"}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="no-output-of-the-name"),
        pytest.param(b'{"keyferry": {"value": {"issuer": "\xff"}}}', id="no-text"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"keyferry": {"value": {"issuer": 1}}}', id="another-shape"),
    ],
)
def test_anything_else_is_refused_with_what_to_run(document: bytes) -> None:
    with pytest.raises(SpecError) as told:
        outputs.parse(document)
    assert "terraform output -json" in told.value.remedy
