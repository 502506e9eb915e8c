import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from keyferry.kube.errors import AlreadyExists, Conflict, Expired
from keyferry.kube.wire import resources, status
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.kube.wire.status import Asked
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable

KEY = Key(namespace="app", name="db")


def refuse(
    code: int,
    body: dict[str, Any],
    resource: Resource = resources.CONFIG_MAPS,
    verb: str = "patch",
    key: Key = KEY,
) -> KeyferryError:
    answer = status.decode(json.dumps(body).encode())
    return status.refusal(Asked(verb=verb, resource=resource, key=key), answer, code)


@pytest.mark.parametrize(
    ("code", "body", "error"),
    [
        pytest.param(400, {"reason": "BadRequest"}, SpecError, id="bad-request"),
        pytest.param(401, {"reason": "Unauthorized"}, GrantError, id="unauthorized"),
        pytest.param(403, {"reason": "Forbidden"}, GrantError, id="forbidden"),
        pytest.param(404, {"reason": "NotFound", "details": {"name": "db"}}, NotFound, id="not-found"),
        pytest.param(404, {}, NotFound, id="not-served"),
        pytest.param(408, {}, Unavailable, id="request-timeout"),
        pytest.param(409, {"reason": "AlreadyExists"}, AlreadyExists, id="exists"),
        pytest.param(409, {"reason": "Conflict"}, Conflict, id="conflict"),
        pytest.param(410, {"reason": "Expired"}, Expired, id="expired"),
        pytest.param(413, {"reason": "RequestEntityTooLarge"}, SpecError, id="too-large"),
        pytest.param(422, {"reason": "Invalid"}, SpecError, id="invalid"),
        pytest.param(429, {"reason": "TooManyRequests"}, Throttled, id="throttled"),
        pytest.param(500, {"reason": "InternalError"}, Unavailable, id="internal"),
        pytest.param(503, {}, Unavailable, id="unavailable"),
        pytest.param(504, {"reason": "Timeout"}, Unavailable, id="timeout"),
    ],
)
def test_the_error_says_who_must_act(code: int, body: dict[str, Any], error: type[KeyferryError]) -> None:
    assert type(refuse(code, body)) is error


def test_forbidden_names_verb_resource_and_user() -> None:
    message = (
        'externalsecrets.external-secrets.io "db" is forbidden: User "system:serviceaccount:k:op" cannot patch '
        'resource "externalsecrets" in API group "external-secrets.io" in the namespace "app"'
    )
    error = refuse(403, {"reason": "Forbidden", "message": message})
    assert error.cause.startswith('User "system:serviceaccount:k:op" cannot patch resource "externalsecrets"')
    assert 'verb "patch" on resource "configmaps"' in error.remedy
    assert "namespace app" in error.remedy


def test_forbidden_in_the_whole_cluster() -> None:
    error = refuse(403, {}, verb="list", key=Key(name=""))
    assert "in the whole cluster" in error.remedy
    assert str(error.where) == "ConfigMap configmaps"


def test_forbidden_subresource_is_named() -> None:
    asked = Asked(verb="create", resource=resources.SERVICE_ACCOUNTS, key=KEY, subresource="token")
    error = status.refusal(asked, status.Status(), 403)
    assert "serviceaccounts/token" in error.remedy
    assert "create serviceaccounts/token" in error.what


def test_a_namespace_on_its_way_out_is_not_a_missing_grant() -> None:
    error = refuse(403, {"reason": "Forbidden", "details": {"causes": [{"reason": "NamespaceTerminating"}]}})
    assert isinstance(error, NotFound)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param(422, 'Secret "db" is invalid: data[pw]: Invalid value: "hunter2"', id="validation"),
        pytest.param(400, "illegal base64 data: hunter2", id="decoding"),
        pytest.param(403, 'admission webhook "w" denied the request: hunter2 is weak', id="admission"),
        pytest.param(500, "webhook said hunter2", id="server-error"),
        pytest.param(409, "hunter2 conflicts", id="conflict"),
    ],
)
def test_of_a_secret_no_text_is_repeated(code: int, message: str) -> None:
    causes = [{"reason": "FieldValueInvalid", "message": "hunter2", "field": "data[pw]"}, {"field": "hunter2 value"}]
    body = {"reason": "Invalid", "message": message, "details": {"name": "db", "causes": causes}}
    error = refuse(code, body, resources.SECRETS)
    assert "hunter2" not in str(error)
    assert "data[pw]" in str(error)


def test_other_objects_keep_the_message_but_no_excerpt_of_the_body() -> None:
    message = 'Widget "x" is invalid: spec.size: Required value, error found in #10 byte of ...|"password":"pw|...'
    error = refuse(422, {"message": message})
    assert "spec.size: Required value" in error.cause
    assert "password" not in str(error)


def test_long_messages_are_cut() -> None:
    assert len(refuse(422, {"message": "x" * 5000}).cause) == 256


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b"[]", b'{"message": 5}', b""])
def test_what_is_no_status_is_not_repeated(body: bytes) -> None:
    assert status.decode(body) == status.Status()
    assert status.decode(msgspec.Raw(body)) == status.Status()


@pytest.mark.parametrize(
    ("header", "body", "wait"),
    [
        pytest.param("7", {}, timedelta(seconds=7), id="header"),
        pytest.param("7", {"details": {"retryAfterSeconds": 3}}, timedelta(seconds=7), id="header-wins"),
        pytest.param("", {"details": {"retryAfterSeconds": 3}}, timedelta(seconds=3), id="status"),
        pytest.param("Wed, 21 Oct 2026 07:28:00 GMT", {}, None, id="a-date-is-not-understood"),
        pytest.param("", {}, None, id="nothing"),
        pytest.param("99999999", {}, timedelta(hours=1), id="bounded"),
    ],
)
def test_retry_after(header: str, body: dict[str, Any], wait: timedelta | None) -> None:
    assert status.retry_after(header, status.decode(json.dumps(body).encode())) == wait


def test_throttled_carries_the_wait() -> None:
    asked = Asked(verb="get", resource=resources.SECRETS, key=KEY)
    error = status.refusal(asked, status.Status(), 429, timedelta(seconds=2))
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=2)
