from datetime import UTC, datetime, timedelta

import pytest

from keyferry.kube.wire import tokens
from keyferry.model.errors import Unavailable


@pytest.mark.parametrize(
    ("expiration", "spec"),
    [
        pytest.param(None, b'{"audiences":["a","b"]}', id="server-decides"),
        pytest.param(timedelta(hours=1), b'{"audiences":["a","b"],"expirationSeconds":3600}', id="an-hour"),
    ],
)
def test_request(expiration: timedelta | None, spec: bytes) -> None:
    body = tokens.request(("a", "b"), expiration)
    assert body == b'{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":' + spec + b"}"


def test_answer_hides_the_token() -> None:
    token = tokens.decode(b'{"status":{"token":"ey.a.b","expirationTimestamp":"2026-11-21T13:00:00Z"}}')
    assert token.token.reveal() == b"ey.a.b"
    assert token.expires == datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert "ey.a.b" not in repr(token)


def test_a_malformed_answer_is_not_repeated() -> None:
    with pytest.raises(Unavailable) as caught:
        tokens.decode(b'{"status":{"token":["ey.a.b"]}}')
    assert "ey.a.b" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
