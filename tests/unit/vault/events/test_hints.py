import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.vault.events.hints import Handshake, Hint, MalformedError, parse

VERSION = "0123456789abcdef0123456789abcdef"
DATA = {
    "Id": f"https://kv-prod.vault.azure.net/secrets/db/{VERSION}",
    "VaultName": "kv-prod",
    "ObjectType": "Secret",
    "ObjectName": "db",
    "Version": VERSION,
    "NBF": None,
    "EXP": "1893456000",
}
HINT = Hint(vault="kv-prod", kind=ObjectKind.SECRET, name=SecretName("db"), version=SecretVersion(VERSION))


def _grid(data: object = DATA, kind: str = "Microsoft.KeyVault.SecretNewVersionCreated") -> dict[str, Any]:
    return {
        "id": "1",
        "topic": "/subscriptions/x",
        "subject": "db",
        "eventType": kind,
        "data": data,
        "dataVersion": "1",
    }


def _cloud(data: object = DATA) -> dict[str, Any]:
    kind = "Microsoft.KeyVault.SecretNewVersionCreated"
    return {"id": "1", "source": "/subscriptions/x", "type": kind, "specversion": "1.0", "data": data}


@pytest.mark.parametrize(
    ("document", "hints"),
    [
        pytest.param([_grid()], (HINT,), id="event-grid-schema"),
        pytest.param(_cloud(), (HINT,), id="one-cloud-event"),
        pytest.param([_cloud(), _cloud()], (HINT, HINT), id="a-batch-of-cloud-events"),
        pytest.param([], (), id="an-empty-batch"),
        pytest.param(
            [_grid({key[0].lower() + key[1:]: value for key, value in DATA.items()})], (HINT,), id="camel-case"
        ),
        pytest.param([_grid({f"{key} ": value for key, value in DATA.items()})], (HINT,), id="blanks-in-keys"),
        pytest.param([_grid(DATA | {"VaultName": "KV-Prod", "Version": VERSION.upper()})], (HINT,), id="upper-case"),
        pytest.param(
            [_grid(DATA | {"ObjectType": "Certificate", "Version": ""})],
            (Hint(vault="kv-prod", kind=ObjectKind.CERTIFICATE, name=SecretName("db"), version=SecretVersion("")),),
            id="certificate-without-version",
        ),
        pytest.param(
            [_grid(DATA | {"ObjectType": "Key"}, "microsoft.keyvault.keyexpired")],
            (Hint(vault="kv-prod", kind=ObjectKind.KEY, name=SecretName("db"), version=SecretVersion(VERSION)),),
            id="key-in-lower-case",
        ),
        pytest.param([_grid(DATA | {"ObjectType": "Storage"})], (), id="another-kind-is-skipped"),
        pytest.param([_grid(DATA | {"ObjectName": "../a"})], (), id="no-name-is-skipped"),
        pytest.param([_grid(DATA | {"VaultName": "a b"})], (), id="no-vault-is-skipped"),
        pytest.param([_grid(DATA | {"ObjectName": None})], (), id="null-for-a-name-is-skipped"),
        pytest.param([_grid(DATA | {"VaultName": 10**18})], (), id="a-number-for-a-vault-is-skipped"),
        pytest.param([_grid(kind="Microsoft.Storage.BlobCreated"), _grid()], (HINT,), id="of-another-service"),
        pytest.param([_grid(None)], (), id="without-data"),
        pytest.param(
            [_grid(kind="Microsoft.KeyVault.VaultAccessPolicyChanged", data={"VaultName": "kv-prod"})],
            (),
            id="of-the-vault",
        ),
    ],
)
def test_a_delivery_says_where_to_look(document: object, hints: tuple[Hint, ...]) -> None:
    assert parse(json.dumps(document).encode()) == hints


def test_the_validation_event_is_a_handshake() -> None:
    event = _grid(
        {"validationCode": "512d38b6-c7b8-40c8-89fe-f46f9e9622b6"}, "Microsoft.EventGrid.SubscriptionValidationEvent"
    )
    assert parse(json.dumps([event]).encode()) == Handshake(code="512d38b6-c7b8-40c8-89fe-f46f9e9622b6")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no-text"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"3", id="a-number"),
        pytest.param(b'["x"]', id="list-of-texts"),
        pytest.param(b"{}", id="no-type"),
        pytest.param(b'{"type": 3}', id="type-is-no-text"),
        pytest.param(b'[{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {}}]', id="no-code"),
        pytest.param(
            b'[{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "<b>"}}]',
            id="a-code-that-is-none",
        ),
    ],
)
def test_what_is_no_delivery_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse(body)


@given(
    st.binary()
    | st.recursive(
        st.none() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["type", "eventType", "data", "x"]), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_anything_is_hints_or_refused(body: bytes) -> None:
    with suppress(MalformedError):
        told = parse(body)
        assert isinstance(told, tuple)  # no handshake: its type is never among these
        assert all(isinstance(hint, Hint) for hint in told)
