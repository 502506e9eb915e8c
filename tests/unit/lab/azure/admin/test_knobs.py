import json
from typing import Any

import pytest

from keyferry.lab.azure.admin import knobs
from keyferry.lab.azure.admin.documents import BadRequestError, NotThereError
from tests.fakes import lab_azure


@pytest.mark.parametrize(
    "turned",
    [
        pytest.param({"federatedCredentialDelaySeconds": 120, "principalDelaySeconds": 0.5}, id="delays"),
        pytest.param({"roleAssignmentDelaySeconds": 600, "negativeAnswerSeconds": 60}, id="more-delays"),
        pytest.param({"issuerKeysSeconds": 3600}, id="issuers-keys"),
        pytest.param({"accessTokenLifetimeSeconds": 300}, id="lifetime"),
        pytest.param({"accessTokenLifetimeSeconds": None}, id="the-services-own-lifetime"),
        pytest.param({"eventDuplicateEvery": 2, "eventsUnordered": True}, id="events"),
        pytest.param({"throttleCredentialWrites": True, "vaultDnsSeconds": 5}, id="arm"),
        pytest.param({}, id="none"),
    ],
)
def test_a_knob_stands_as_it_was_turned(turned: dict[str, Any]) -> None:
    azure = lab_azure.azure()
    before = knobs.shown(azure)
    knobs.turn(azure, json.dumps(turned).encode())
    assert knobs.shown(azure) == before | turned


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param({"volume": 11}, "'volume' is not known", id="no-knob"),
        pytest.param({"vaultDnsSeconds": -1}, "'vaultDnsSeconds' must be a number", id="negative"),
        pytest.param({"eventsUnordered": 1}, "'eventsUnordered' must be true or false", id="no-flag"),
        pytest.param({"vaultDnsSeconds": 5, "principalDelaySeconds": "x"}, "'principalDelaySeconds'", id="one-of-two"),
    ],
)
def test_a_wrong_knob_turns_none(body: dict[str, Any], words: str) -> None:
    azure = lab_azure.azure()
    before = knobs.shown(azure)
    with pytest.raises(BadRequestError, match=words):
        knobs.turn(azure, json.dumps(body).encode())
    assert knobs.shown(azure) == before


def test_limits_are_scaled_for_one_vault_or_all() -> None:
    azure = lab_azure.azure()
    knobs.throttle(azure, b'{"limitPercent": 50}')
    told = knobs.throttle(azure, b'{"vault": "kv-one", "retryAfter": "date"}')["vaults"]
    assert told["kv-one"] == {"limitPercent": 50, "retryAfter": "date"}
    assert told["kv-two"] == {"limitPercent": 50, "retryAfter": "no"}


def test_limits_that_are_none() -> None:
    azure = lab_azure.azure()
    with pytest.raises(NotThereError, match="there is no vault 'kv-none'"):
        knobs.throttle(azure, b'{"vault": "kv-none", "limitPercent": 50}')
    with pytest.raises(BadRequestError, match="'retryAfter' is none of no, seconds, date"):
        knobs.throttle(azure, b'{"retryAfter": "soon"}')
