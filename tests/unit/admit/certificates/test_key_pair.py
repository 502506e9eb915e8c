"""A pair may be shown; its key is not."""

from datetime import UTC, datetime

from keyferry.admit.certificates.key_pair import Pair
from keyferry.model.secrets import SecretValue

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


def test_its_key_is_not_shown() -> None:
    pair = Pair(chain_pem=b"chain", key_pem=SecretValue(b"sesame"), begins=NOW, ends=NOW, hosts=frozenset())
    assert "chain" in repr(pair)
    assert "sesame" not in repr(pair)
