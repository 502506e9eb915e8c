import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.protobuf import access_pb2, apps_pb2, core_pb2, meta_pb2
from keyferry.lab.kubernetes.protobuf.decode import MAGIC, ProtobufError, decode

GOLDEN = Path(__file__).parents[4] / "golden" / "protobuf"
EXPECTED: dict[str, Any] = json.loads((GOLDEN / "expected.json").read_text())


@pytest.mark.parametrize("command", EXPECTED)
def test_reads_what_kubectl_posts(command: str) -> None:
    assert decode((GOLDEN / f"{command}.bin").read_bytes()) == EXPECTED[command]


def test_every_recording_is_expected() -> None:
    assert {path.stem for path in GOLDEN.glob("*.bin")} == EXPECTED.keys()


@pytest.mark.parametrize(
    ("api_version", "kind", "message", "expected"),
    [
        pytest.param(
            "authorization.k8s.io/v1",
            "SelfSubjectRulesReview",
            access_pb2.SelfSubjectRulesReview(spec=access_pb2.SelfSubjectRulesReviewSpec(namespace="app")),
            {"spec": {"namespace": "app"}},
            id="rules-review",
        ),
        pytest.param(
            "v1",
            "Secret",
            core_pb2.Secret(data={"b": b"\xff\x00", "a": b""}, immutable=False),
            {"data": {"a": "", "b": "/wA="}, "immutable": False},
            id="bytes-in-base64-and-a-pointer-to-false",
        ),
        pytest.param(
            "v1",
            "ConfigMap",
            core_pb2.ConfigMap(
                metadata=meta_pb2.ObjectMeta(
                    name="a",
                    creationTimestamp=meta_pb2.Time(seconds=1_700_000_000),
                    deletionTimestamp=meta_pb2.Time(seconds=1_700_000_000, nanos=123_456_789),
                    generation=2**40,
                    finalizers=["f"],
                    ownerReferences=[meta_pb2.OwnerReference(kind="Pod", controller=True)],
                    managedFields=[
                        meta_pb2.ManagedFieldsEntry(manager="m", fieldsV1=meta_pb2.FieldsV1(Raw=b'{"f:data":{}}'))
                    ],
                )
            ),
            {
                "metadata": {
                    "name": "a",
                    "creationTimestamp": "2023-11-14T22:13:20Z",
                    "deletionTimestamp": "2023-11-14T22:13:20.123456Z",
                    "generation": 2**40,
                    "finalizers": ["f"],
                    "ownerReferences": [{"kind": "Pod", "controller": True}],
                    "managedFields": [{"manager": "m", "fieldsV1": {"f:data": {}}}],
                }
            },
            id="metadata",
        ),
        pytest.param(
            "v1",
            "ConfigMap",
            core_pb2.ConfigMap(metadata=meta_pb2.ObjectMeta(name="a", creationTimestamp=meta_pb2.Time())),
            {"metadata": {"name": "a"}},
            id="a-time-that-is-not-set",
        ),
        pytest.param(
            "apps/v1",
            "Deployment",
            apps_pb2.Deployment(
                spec=apps_pb2.DeploymentSpec(
                    replicas=0,
                    strategy=apps_pb2.DeploymentStrategy(
                        rollingUpdate=apps_pb2.RollingUpdateDeployment(
                            maxSurge=meta_pb2.IntOrString(type=1, strVal="25%"),
                            maxUnavailable=meta_pb2.IntOrString(intVal=0),
                        )
                    ),
                ),
                status=apps_pb2.DeploymentStatus(),
            ),
            {"spec": {"replicas": 0, "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}}},
            id="numbers-or-texts-and-zero-replicas",
        ),
        pytest.param(
            "v1",
            "ResourceQuota",
            core_pb2.ResourceQuota(spec=core_pb2.ResourceQuotaSpec(hard={"cpu": meta_pb2.Quantity(string="1")})),
            {"spec": {"hard": {"cpu": "1"}}},
            id="quantities",
        ),
        pytest.param(
            "authorization.k8s.io/v1",
            "SubjectAccessReview",
            access_pb2.SubjectAccessReview(
                spec=access_pb2.SubjectAccessReviewSpec(user="u", extra={"k": access_pb2.ExtraValue(items=["v"])})
            ),
            {"spec": {"user": "u", "extra": {"k": ["v"]}}},
            id="extra-values",
        ),
        pytest.param(
            "apps/v1",
            "DeleteOptions",
            meta_pb2.DeleteOptions(gracePeriodSeconds=0, propagationPolicy="Foreground"),
            {"gracePeriodSeconds": 0, "propagationPolicy": "Foreground"},
            id="delete-options-of-any-group",
        ),
    ],
)
def test_gives_the_json_form(api_version: str, kind: str, message: Message, expected: dict[str, Any]) -> None:
    body = _body(api_version, kind, message.SerializeToString())

    assert decode(body) == {"apiVersion": api_version, "kind": kind, **expected}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"{}", "magic", id="json"),
        pytest.param(MAGIC + b"\xff", "Envelope", id="no-envelope"),
        pytest.param(MAGIC, "unnamed kind of no version", id="empty-envelope"),
        pytest.param(b"k8s\x00\x1a\x04gzip", "encoded", id="compressed"),
    ],
)
def test_refuses_what_is_no_kubernetes_protobuf(body: bytes, message: str) -> None:
    with pytest.raises(ProtobufError, match=message):
        decode(body)


@pytest.mark.parametrize(
    ("api_version", "kind", "raw", "message"),
    [
        pytest.param("v2", "Namespace", b"", "Namespace of v2", id="unknown-version"),
        pytest.param("v1", "Namespace", b"\xff", "not a Namespace", id="malformed"),
        pytest.param("v1", "Namespace", b"\x98\x06\x01", "field 99 of Namespace", id="unknown-field"),
        pytest.param(
            "v1", "Namespace", b"\x0a\x03\x98\x06\x01", "field 99 of ObjectMeta", id="unknown-field-in-a-field"
        ),
        pytest.param(
            "v1",
            "Namespace",
            core_pb2.Namespace(
                metadata=meta_pb2.ObjectMeta(creationTimestamp=meta_pb2.Time(seconds=2**62))
            ).SerializeToString(),
            "range",
            id="a-time-out-of-range",
        ),
        pytest.param(
            "v1",
            "Namespace",
            core_pb2.Namespace(
                metadata=meta_pb2.ObjectMeta(
                    managedFields=[meta_pb2.ManagedFieldsEntry(fieldsV1=meta_pb2.FieldsV1(Raw=b"{"))]
                )
            ).SerializeToString(),
            "JSON",
            id="fields-that-are-no-json",
        ),
    ],
)
def test_refuses_what_it_does_not_know(api_version: str, kind: str, raw: bytes, message: str) -> None:
    with pytest.raises(ProtobufError, match=message):
        decode(_body(api_version, kind, raw))


@given(st.sampled_from(sorted(EXPECTED)), st.integers(min_value=0), st.integers(min_value=0, max_value=255))
def test_a_spoilt_body_gives_an_object_or_an_error_of_its_own(command: str, position: int, octet: int) -> None:
    body = bytearray((GOLDEN / f"{command}.bin").read_bytes())
    body[position % len(body)] = octet
    try:
        decoded = decode(bytes(body))
    except ProtobufError:
        return
    json.dumps(decoded)


def _body(api_version: str, kind: str, raw: bytes) -> bytes:
    named = meta_pb2.KindAndVersion(apiVersion=api_version, kind=kind)
    return MAGIC + meta_pb2.Envelope(typeMeta=named, raw=raw).SerializeToString()
