"""Answers come back whole; refusals are the vendor's errors."""

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError

from keyferry.vault import asking
from tests.unit.vault.test_listing import Vault


async def test_an_answer() -> None:
    assert await asking.body(Vault(b"text"), "/secrets/a", {"option": 1}) == b"text"


@pytest.mark.parametrize(
    ("status", "error"), [(401, ClientAuthenticationError), (403, HttpResponseError), (404, ResourceNotFoundError)]
)
async def test_refusals_are_the_vendors_errors(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        await asking.body(Vault({}, status=status), "/secrets/a", {"option": 1})
