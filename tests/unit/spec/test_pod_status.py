import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.wellknown import SECRETS_STORE_NODE_LABEL
from keyferry.spec import pod_status, rules
from keyferry.spec.pod_status import About, MountedObject, Status

TARGET = "/var/lib/kubelet/pods/u/volumes/kubernetes.io~csi/secrets/mount"


def status(*versions: tuple[str, str]) -> Status:
    return pod_status.status(pod="web-0", class_name="myapp", target_path=TARGET, versions=versions)


def test_objects_are_sorted_and_each_is_there_once() -> None:
    built = status(("secret/b", "1"), ("secret/a", "2"), ("cert/z", "3"), ("secret/b", "4"))
    assert [(found.id, found.version) for found in built.objects] == [
        ("cert/z", "3"),
        ("secret/a", "2"),
        ("secret/b", "4"),
    ]
    assert built == status(("secret/b", "4"), ("cert/z", "3"), ("secret/a", "2"))


def test_builds_the_whole_object() -> None:
    built = pod_status.document(status(("secret/a", "1")), About(namespace="app", pod_uid="u", node="node-1"))
    assert json.loads(json.dumps(built)) == {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClassPodStatus",
        "metadata": {
            "name": "web-0-app-myapp",
            "namespace": "app",
            "labels": {"internal.secrets-store.csi.k8s.io/node-name": "node-1"},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "web-0", "uid": "u"}],
        },
        "status": {
            "podName": "web-0",
            "secretProviderClassName": "myapp",
            "mounted": True,
            "targetPath": TARGET,
            "objects": [{"id": "secret/a", "version": "1"}],
        },
    }


def test_replaces_at_the_version_it_saw() -> None:
    built = pod_status.document(status(), About(namespace="app", pod_uid="u", node="n"), resource_version="7")
    assert built["metadata"]["resourceVersion"] == "7"


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3))))
def test_reads_what_it_built(versions: list[tuple[str, str]]) -> None:
    encodable = [pair for pair in versions if all(text.isprintable() for text in pair)]
    built = status(*encodable)
    whole = pod_status.document(built, About(namespace="app", pod_uid="u", node="n"), resource_version="7")
    assert pod_status.read(json.dumps(whole).encode()) == built


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"{}", id="no-status"),
        pytest.param(b'{"status": 5}', id="another-form"),
        pytest.param(b'{"status": {"objects": [5]}}', id="another-form-inside"),
        pytest.param(b"{", id="no-json"),
        pytest.param(b'{"status":' + b"[" * 100_000, id="deep"),
    ],
)
def test_what_has_another_form_counts_as_empty(document: bytes) -> None:
    assert pod_status.read(document) == Status()


def test_unknown_fields_do_not_matter() -> None:
    document = b'{"metadata": {}, "status": {"podName": "p", "more": 1, "objects": [{"id": "a", "more": 1}]}}'
    assert pod_status.read(document) == Status(pod_name="p", objects=(MountedObject(id="a"),))


@pytest.mark.parametrize(
    ("pod", "namespace", "name"),
    [
        pytest.param("web-0", "app", "web-0-app-c", id="short"),
        pytest.param("p" * 247, "app", f"{'p' * 247}-app-c", id="just-fits"),
        pytest.param("p" * 248, "app", f"{'p' * 236}-68fa2bf27d59cc73", id="one-more"),
    ],
)
def test_names_are_upstreams_until_they_are_too_long(pod: str, namespace: str, name: str) -> None:
    found = pod_status.name_of(pod=pod, namespace=namespace, class_name="c")
    assert found == name
    assert len(found) <= pod_status.MAX_NAME


LABELS = st.sampled_from(["a", "b-c", "x" * 63])
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(".".join)


@given(pod=NAMES, class_name=NAMES)
def test_every_name_is_one_that_an_object_can_have(pod: str, class_name: str) -> None:
    assert rules.dns_subdomain(pod_status.name_of(pod=pod, namespace="app", class_name=class_name)) is None


def test_long_names_differ_where_their_ends_do() -> None:
    long = "p" * 250
    one, other = (pod_status.name_of(pod=long, namespace="app", class_name=name) for name in ("one", "two"))
    assert one != other
    assert one == pod_status.name_of(pod=long, namespace="app", class_name="one")


def test_a_nodes_name_becomes_a_label() -> None:
    long = "ip-10-0-0-1." + "x" * 60
    assert pod_status.node_label("node-1") == "node-1"
    assert len(pod_status.node_label(long)) == 63
    built = pod_status.document(status(), About(namespace="app", pod_uid="u", node=long))
    assert built["metadata"]["labels"][SECRETS_STORE_NODE_LABEL] == pod_status.node_label(long)
