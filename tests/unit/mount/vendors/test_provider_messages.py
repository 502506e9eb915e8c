import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import GrantError, KeyferryError, NotFound, Throttled, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.mount.protobuf.provider_pb2 import Error, File, MountResponse
from keyferry.mount.protobuf.provider_pb2 import ObjectVersion as Version
from keyferry.mount.rpc.grpc_errors import Code, CodedError
from keyferry.mount.state import MountedFile, ObjectVersion
from keyferry.mount.vendors import provider_messages
from tests.fakes import csi_requests, provider_mounts

DB = Version(id="secret/db", version="1")


def test_asks_as_upstreams_driver_does() -> None:
    request = provider_messages.request_of(provider_mounts.mount(tokens={"a": "t1", "b": "t2"}))
    attributes = json.loads(request.attributes)
    assert {key: value for key, value in attributes.items() if key != csi_requests.TOKENS_KEY} == {
        "keyvaultName": "kv1",
        "secretProviderClass": "kv",
        **csi_requests.POD,
    }
    assert json.loads(attributes[csi_requests.TOKENS_KEY]) == {
        "a": {"token": "t1", "expirationTimestamp": "2026-11-22T07:00:00Z"},
        "b": {"token": "t2", "expirationTimestamp": "2026-11-22T07:00:00Z"},
    }
    assert (request.secrets, request.permission, request.target_path) == ("null", "420", csi_requests.TARGET)
    assert list(request.current_object_version) == []


def test_sends_secrets_and_no_tokens_where_there_are_none() -> None:
    request = provider_messages.request_of(provider_mounts.mount(secrets={"clientsecret": 'a"<ü'}))
    assert json.loads(request.secrets) == {"clientsecret": 'a"<ü'}
    assert csi_requests.TOKENS_KEY not in json.loads(request.attributes)


def test_takes_files_and_versions() -> None:
    response = MountResponse(
        object_version=[Version(id="secret/z", version="1"), DB, Version(id="secret/z", version="2")],
        files=[File(path="db", mode=0o100444, contents=b"old"), File(path="db", mode=-1, contents=b"\xff")],
    )
    payload = provider_messages.delivery_of(response, "vendor").payload
    assert payload.files == (MountedFile(path="db", mode=0o777, content=SecretValue(b"\xff")),)
    assert payload.versions == (
        ObjectVersion(id="secret/db", version="1"),
        ObjectVersion(id="secret/z", version="2"),
    )
    assert not payload.is_written


def test_versions_without_files_mean_that_the_provider_wrote_them() -> None:
    payload = provider_messages.delivery_of(MountResponse(object_version=[DB]), "vendor").payload
    assert payload.is_written
    assert payload.files == ()


@pytest.mark.parametrize(
    ("response", "reason", "text"),
    [
        pytest.param(
            MountResponse(error=Error(code="SecretNotFound"), object_version=[DB]),
            "SecretNotFound",
            "failed with SecretNotFound",
            id="its-own-code",
        ),
        pytest.param(MountResponse(error=Error(code="x\n" * 500)), "x " * 32, "provider vendor", id="a-bounded-code"),
        pytest.param(MountResponse(files=[File(path="db")]), "GRPCProviderError", "no version", id="no-versions"),
        pytest.param(
            MountResponse(object_version=[DB], files=[File(path="../db")]), "FileWriteError", "db", id="a-path-trick"
        ),
        pytest.param(
            MountResponse(object_version=[DB], files=[File(path="a"), File(path="a/b")]),
            "FileWriteError",
            "folder of the other",
            id="a-file-that-is-a-folder",
        ),
    ],
)
def test_refuses_answers(response: MountResponse, reason: str, text: str) -> None:
    with pytest.raises(CodedError, match=text) as refusal:
        provider_messages.delivery_of(response, "vendor")
    assert (refusal.value.code, refusal.value.reason) == (Code.UNKNOWN, reason)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        pytest.param(Code.UNAVAILABLE, "x", Unavailable, id="unavailable"),
        pytest.param(Code.DEADLINE_EXCEEDED, "x", Unavailable, id="too-late"),
        pytest.param(Code.ABORTED, "x", Unavailable, id="aborted"),
        pytest.param(Code.CANCELLED, "x", Unavailable, id="cancelled"),
        pytest.param(Code.RESOURCE_EXHAUSTED, "quota", Throttled, id="throttled"),
        pytest.param(Code.PERMISSION_DENIED, "x", GrantError, id="forbidden"),
        pytest.param(Code.UNAUTHENTICATED, "x", GrantError, id="unauthenticated"),
        pytest.param(Code.NOT_FOUND, "x", NotFound, id="not-found"),
    ],
)
def test_a_refusal_says_who_must_act(code: Code, text: str, kind: type[KeyferryError]) -> None:
    error = provider_messages.failure_of(code, text, "vendor")
    assert type(error) is kind
    assert str(error) == f"provider vendor did not deliver the files: {text}"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param(Code.UNKNOWN, "x", id="unknown"),
        pytest.param(Code.INTERNAL, "x", id="internal"),
        pytest.param(Code.RESOURCE_EXHAUSTED, "Received message larger than max (9 vs. 4)", id="too-large"),
    ],
)
def test_other_codes_go_on_to_kubelet(code: Code, text: str) -> None:
    error = provider_messages.failure_of(code, text, "vendor")
    assert isinstance(error, CodedError)
    assert (error.code, error.reason, error.cause) == (code, "GRPCProviderError", text)
    assert ("--max-call-recv-msg-size" in str(error)) is (code is Code.RESOURCE_EXHAUSTED)


def test_what_a_go_client_of_azure_tells_is_told_up_to_its_code() -> None:
    ruler = "-" * 80
    told = f"failed: GET https://kv.vault.azure.net/secrets/gone/\n{ruler}\n404\nERROR CODE: SecretNotFound\n{ruler}"
    cause = provider_messages.failure_of(Code.UNKNOWN, told, "vendor").cause
    assert cause == "failed: GET https://kv.vault.azure.net/secrets/gone/ 404 ERROR CODE: SecretNotFound"


@given(
    response=st.builds(
        MountResponse,
        object_version=st.lists(st.builds(Version, id=st.text(st.characters(codec="utf-8")), version=st.just("1"))),
        files=st.lists(
            st.builds(
                File,
                path=st.text(st.characters(codec="utf-8")),
                mode=st.integers(-(2**31), 2**31 - 1),
                contents=st.binary(),
            ),
        ),
    ),
)
def test_any_answer_is_a_delivery_or_an_error(response: MountResponse) -> None:
    try:
        payload = provider_messages.delivery_of(response, "vendor").payload
    except CodedError:
        return
    assert payload.versions
    assert all(0 <= file.mode <= 0o777 and not file.path.startswith(("/", "..")) for file in payload.files)
