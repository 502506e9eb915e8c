import json
import traceback
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.secrets import SecretValue
from keyferry.mount.rpc import pod_tokens
from keyferry.mount.rpc.request_checks import InvalidRequest
from keyferry.mount.state import PodToken
from tests.fakes import csi_requests

MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (hypothesis adds the zone)
TOKENS = st.builds(
    PodToken,
    token=st.text(min_size=1).filter(lambda text: text.isprintable()).map(lambda text: SecretValue(text.encode())),
    expires=MOMENTS,
)


@given(tokens=st.dictionaries(st.text().filter(str.isprintable), TOKENS, max_size=4))
def test_comes_back_from_its_text(tokens: dict[str, PodToken]) -> None:
    assert pod_tokens.parse(pod_tokens.text_of(tokens)) == tokens


def test_no_text_is_no_token() -> None:
    assert pod_tokens.parse("") == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hunter2", id="no-json"),
        pytest.param('["hunter2"]', id="a-list"),
        pytest.param('{"a": "hunter2"}', id="a-text-for-a-token"),
        pytest.param('{"a": {"token": "hunter2"}}', id="no-end"),
        pytest.param(csi_requests.tokens(token=""), id="empty"),
        pytest.param(csi_requests.tokens(token="hunter2", expiry="2026-11-22T07:00:00"), id="no-zone"),
        pytest.param(csi_requests.tokens(token="hunter2", expiry="soon"), id="no-instant"),
        pytest.param(
            '{"a": {"token": "hunter2\\ud800", "expirationTimestamp": "2026-11-22T07:00:00Z"}}', id="half-a-character"
        ),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param(json.dumps({"a": "hunter2" * 100_000}), id="long"),
        pytest.param(csi_requests.tokens(*map(str, range(65)), token="hunter2"), id="many"),
    ],
)
def test_refuses_without_quoting(text: str) -> None:
    with pytest.raises(InvalidRequest, match=r"serviceAccount\.tokens is not accepted") as refusal:
        pod_tokens.parse(text)
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))
