import pytest

from keyferry.lab.kubernetes.kubelet import fields

POD = {
    "metadata": {
        "name": "app",
        "namespace": "shop",
        "uid": "u",
        "labels": {"b": "2", "a": 'say "hi"\n\\'},
        "annotations": {"example.com/x": "y"},
    },
    "spec": {"nodeName": "node-1", "serviceAccountName": "api"},
    "status": {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd::1"}]},
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("metadata.name", "app"),
        ("metadata.namespace", "shop"),
        ("metadata.uid", "u"),
        ("metadata.labels['b']", "2"),
        ("metadata.labels['none']", ""),
        ("metadata.annotations['example.com/x']", "y"),
        ("metadata.labels", 'a="say \\"hi\\"\\n\\\\"\nb="2"'),
        ("metadata.annotations", 'example.com/x="y"'),
        ("spec.nodeName", "node-1"),
        ("spec.serviceAccountName", "api"),
        ("status.podIP", "10.0.0.1"),
        ("status.podIPs", "10.0.0.1,fd::1"),
        ("status.hostIP", ""),
        ("status.phase", None),
    ],
)
def test_the_downward_api_shows(path: str, text: str | None) -> None:
    assert fields.value(POD, path) == text
