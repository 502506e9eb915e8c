import base64
import json

import pytest

from keyferry.lab.azure.keyvault import revocations
from keyferry.lab.azure.keyvault.revocations import Revocations
from tests.fakes.lab_azure import NOW, later

SECOND = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("vault", "principal", "expected"),
    [
        pytest.param("", "", SECOND, id="everywhere"),
        pytest.param("KV", "", SECOND, id="the-vault"),
        pytest.param("other", "", 0, id="another-vault"),
        pytest.param("", "P", SECOND, id="the-principal"),
        pytest.param("kv", "q", 0, id="another-principal"),
    ],
)
def test_meets_those_it_is_about(vault: str, principal: str, expected: int) -> None:
    revoked = Revocations()
    revoked.revoke(NOW, vault, principal)
    assert revoked.before("kv", "p") == expected


def test_the_latest_counts_and_clearing_ends_all() -> None:
    revoked = Revocations()
    assert revoked.before("kv", "p") == 0
    revoked.revoke(later(seconds=5), "kv")
    revoked.revoke(NOW)
    revoked.revoke(later(seconds=3))
    assert (revoked.before("kv", "p"), revoked.before("other", "p")) == (SECOND + 5, SECOND + 3)
    assert len(revoked.given) == 2
    revoked.clear()
    assert revoked.before("kv", "p") == 0


def test_the_claims_ask_for_a_newer_token() -> None:
    decoded = json.loads(base64.urlsafe_b64decode(revocations.claims_parameter(SECOND)))
    assert decoded == {"access_token": {"nbf": {"essential": True, "value": str(SECOND)}}}
