"""The Secret and what it holds are the same thing; whatever is spoilt is said, without its content."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.admit.certificates import held
from keyferry.admit.certificates.held import Found
from tests.fakes.webhook_certificates import SECRET, authority_until, found, made

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
HELD = made(NOW)
OTHER = made(NOW)


def secret(there: Found | None = None, changes: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(held.encode(SECRET, HELD, there))
    document["metadata"].setdefault("resourceVersion", "7")
    document["data"].update(changes)
    return document


def read(document: dict[str, Any]) -> Found:
    return held.decode(json.dumps(document).encode())


def test_round_trip() -> None:
    assert read(secret()) == found(HELD)


def test_an_overlap_comes_back() -> None:
    both = made(NOW, authority_until(NOW + timedelta(days=80)), trust_until=NOW + timedelta(hours=1))
    document = json.loads(held.encode(SECRET, both, None))
    assert read(document).held == both
    assert both.bundle_pem.count(b"BEGIN CERTIFICATE") == 2


def test_what_others_wrote_beside_it_stays() -> None:
    labels, annotations = {"team": "blue", held.LABEL: held.OURS}, {"note": "kept", held.TRUST_UNTIL: "2020"}
    metadata = secret(found(HELD, labels=labels, annotations=annotations))["metadata"]
    assert metadata["labels"] == labels
    assert metadata["annotations"] == {"note": "kept"}, "an overlap that is over is forgotten"
    assert metadata["resourceVersion"] == "7"


def test_whose_it_is() -> None:
    document = secret()
    assert read(document).is_ours
    document["metadata"]["labels"] = {}
    assert not read(document).is_ours


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"tls.crt": ""}, "it has no tls.crt", id="no-certificate"),
        pytest.param({"ca.key": "?"}, "ca.key is no base64", id="no-base64"),
        pytest.param({"tls.key": b64(b"mine")}, "are no pair", id="no-key"),
        pytest.param(
            {"ca.key": b64(OTHER.authority_key.reveal())}, "ca.crt and ca.key are no pair", id="another-ca-key"
        ),
        pytest.param(
            {"ca.crt": b64(OTHER.bundle_pem), "ca.key": b64(OTHER.authority_key.reveal())},
            "ca.crt did not sign tls.crt",
            id="another-authority",
        ),
    ],
)
def test_what_is_spoilt_is_named(changes: dict[str, str], problem: str) -> None:
    spoilt = read(secret(changes=changes))
    assert spoilt.held is None
    assert problem in spoilt.problem


@pytest.mark.parametrize("text", ["soon", "2026-11-22T13:00:00", ""])
def test_an_instant_that_is_none_ends_the_overlap(text: str) -> None:
    document = secret()
    document["metadata"]["annotations"] = {held.TRUST_UNTIL: text}
    there = read(document).held
    assert there is not None
    assert there.trust_until is None


@given(st.dictionaries(st.sampled_from(["ca.crt", "ca.key", "tls.crt", "tls.key"]), st.binary(max_size=40), min_size=1))
def test_nothing_that_somebody_writes_is_quoted_or_believed(changes: dict[str, bytes]) -> None:
    spoilt = read(secret(changes={name: b64(value) for name, value in changes.items()}))
    assert spoilt.held is None
    assert spoilt.problem
    assert all(repr(value)[2:-1] not in spoilt.problem for value in changes.values() if len(value) > 9)
