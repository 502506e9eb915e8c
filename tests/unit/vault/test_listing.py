"""Pages of lists: what they say, links, and answers that no vault gives."""

from collections import deque
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from azure.core.rest import HttpRequest

from keyferry.model.secrets import SecretProperties
from keyferry.vault import listing


class Vault:
    """Answers one request after the other."""

    def __init__(self, *answers: Any, status: int = 200) -> None:
        self.answers = deque(answers)
        self.status = status
        self.asked: list[str] = []

    async def send_request(self, request: HttpRequest, *, stream: bool = False, **kwargs: Any) -> Any:
        assert (stream, kwargs) == (False, {"option": 1})
        self.asked.append(request.url)
        answer = self.answers.popleft()
        body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        return SimpleNamespace(status_code=self.status, content=body, reason="", text=lambda: "", headers={})


async def listed(vault: Vault) -> list[tuple[SecretProperties, ...]]:
    return [page async for page in listing.pages(vault, "/secrets", {"option": 1})]


async def test_pages_follow_their_links_and_may_be_empty() -> None:
    item = {
        "id": "https://kv.vault.azure.net/secrets/Db",
        "attributes": {"enabled": False, "created": 1, "updated": 2, "exp": 3, "nbf": 4},
        "tags": {"b": "2", "a": "1"},
        "contentType": "text/plain",
    }
    versioned = {"kid": "https://kv.vault.azure.net/keys/k/0123", "attributes": {}}
    vault = Vault(
        {"value": [], "nextLink": "https://kv/2"}, {"value": [item], "nextLink": "https://kv/3"}, {"value": [versioned]}
    )
    first, second, third = await listed(vault)
    assert vault.asked == ["/secrets", "https://kv/2", "https://kv/3"]
    assert first == ()
    (db,) = second
    assert (db.name, db.version, db.enabled, db.content_type) == ("Db", "", False, "text/plain")
    assert db.tags == (("a", "1"), ("b", "2"))
    instants = (db.created, db.updated, db.expires, db.not_before)
    assert instants == tuple(datetime.fromtimestamp(seconds, UTC) for seconds in (1, 2, 3, 4))
    assert (third[0].name, third[0].version, third[0].enabled, third[0].created) == ("k", "0123", True, None)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"[", id="no-json"),
        pytest.param({"value": 1}, id="no-list"),
        pytest.param({}, id="no-value"),
        pytest.param({"value": [{"id": "x"}]}, id="no-name"),
        pytest.param({"value": [{"id": "https://kv/secrets/"}]}, id="an-empty-name"),
        pytest.param({"value": [{"id": "https://kv/secrets/a", "attributes": {"created": 10**15}}]}, id="no-instant"),
        pytest.param(b"\xff", id="no-text"),
    ],
)
async def test_what_no_vault_answers(answer: Any) -> None:
    with pytest.raises(ValueError, match=r"the list cannot|an object has"):
        await listed(Vault(answer))
