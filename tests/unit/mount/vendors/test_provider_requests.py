import json
import traceback
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import KeyferryError
from keyferry.model.secrets import SecretValue
from keyferry.mount.protobuf.provider_pb2 import MountRequest
from keyferry.mount.rpc.request_checks import InvalidRequest
from keyferry.mount.state import Delivery, MountedFile, ObjectVersion, Payload, PodRef, PodToken
from keyferry.mount.vendors import provider_requests
from tests.fakes import csi_requests, provider_mounts

TOKEN = PodToken(token=SecretValue(csi_requests.TOKEN.encode()), expires=datetime(2026, 11, 22, 7, tzinfo=UTC))


def request(attributes: str = "", secrets: str = "null", permission: str = "420") -> MountRequest:
    return MountRequest(
        attributes=attributes or provider_mounts.attributes(),
        secrets=secrets,
        target_path=csi_requests.TARGET,
        permission=permission,
    )


def test_takes_what_the_driver_1_6_sends() -> None:
    sent = provider_mounts.attributes(**{csi_requests.TOKENS_KEY: csi_requests.tokens("a")})
    mount = provider_requests.mount_of(request(sent), "azure")
    assert mount == provider_mounts.mount("azure", tokens={"a": csi_requests.TOKEN})


def test_takes_what_the_rotation_of_1_5_sends() -> None:
    attributes = {
        "keyvaultName": "kv1",
        "csi.storage.k8s.io/pod.name": "api-0",
        "csi.storage.k8s.io/pod.namespace": "payments",
        "csi.storage.k8s.io/pod.uid": "1b2c",
        "csi.storage.k8s.io/serviceAccount.name": "api",
        csi_requests.TOKENS_KEY: csi_requests.tokens("a"),
    }
    mount = provider_requests.mount_of(request(json.dumps(attributes), "{}"), "azure")
    assert mount.pod == PodRef(namespace="payments", name="api-0", uid="1b2c", service_account="api")
    assert (mount.class_name, mount.secrets, mount.mode) == ("", {}, 0o644)
    assert mount.tokens == {"a": TOKEN}


def test_takes_secrets_and_tokens_among_them() -> None:
    secrets = json.dumps({"clientsecret": "hunter2", csi_requests.TOKENS_KEY: csi_requests.tokens("a")})
    mount = provider_requests.mount_of(request(secrets=secrets, permission="256"), "azure")
    assert mount.secrets == {"clientsecret": SecretValue(b"hunter2")}
    assert mount.tokens == {"a": TOKEN}
    assert mount.mode == 0o400


@pytest.mark.parametrize(
    ("given", "text"),
    [
        pytest.param(request("hunter2"), "attributes", id="attributes-no-json"),
        pytest.param(request('{"a": 1, "b": "hunter2"}'), "attributes", id="attributes-not-texts"),
        pytest.param(request("null"), "pod.namespace", id="no-attributes"),
        pytest.param(request("{}"), "pod.namespace", id="no-pod"),
        pytest.param(request(secrets=""), "secrets", id="secrets-empty"),
        pytest.param(request(secrets='["hunter2"]'), "secrets", id="secrets-a-list"),
        pytest.param(request("[" * 10_000), "attributes", id="deep"),
        pytest.param(request(permission=""), "permission", id="no-permission"),
        pytest.param(request(permission="0644"), "permission", id="octal"),
        pytest.param(request(permission="-1"), "permission", id="negative"),
        pytest.param(request(permission="9" * 400), "permission", id="huge"),
    ],
)
def test_refuses_without_quoting(given: MountRequest, text: str) -> None:
    with pytest.raises(InvalidRequest, match=text) as refusal:
        provider_requests.mount_of(given, "azure")
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))


def test_answers_with_files_and_versions() -> None:
    payload = Payload(
        files=(MountedFile(path="db", mode=0o400, content=SecretValue(b"hunter2\xff")),),
        versions=(ObjectVersion(id="secret/db", version="1"),),
    )
    response = provider_requests.response_of(Delivery(payload=payload))
    assert [(file.path, file.mode, file.contents) for file in response.files] == [("db", 0o400, b"hunter2\xff")]
    assert [(each.id, each.version) for each in response.object_version] == [("secret/db", "1")]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(attributes=TEXTS | st.dictionaries(TEXTS, TEXTS).map(json.dumps), secrets=TEXTS, permission=TEXTS)
def test_any_text_is_a_mount_or_our_own_error(attributes: str, secrets: str, permission: str) -> None:
    try:
        provider_requests.mount_of(MountRequest(attributes=attributes, secrets=secrets, permission=permission), "azure")
    except KeyferryError:
        return
