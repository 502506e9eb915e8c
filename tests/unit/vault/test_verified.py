"""What readers get hides its value."""

from datetime import UTC, datetime

from keyferry.vault.verified import Verified
from tests.fakes.bundles import bundle


def test_shows_no_value() -> None:
    assert "canary" not in repr(Verified(bundle=bundle(value=b"canary"), at=datetime(2026, 11, 22, tzinfo=UTC)))
