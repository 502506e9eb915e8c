from keyferry.lab.kubernetes.patches import strategic
from keyferry.lab.kubernetes.schemas import pods


def test_a_patch_replaces_the_source_of_a_volume() -> None:
    live = {"spec": {"volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "tls", "secret": {"secretName": "s"}}]}}
    patch = {"spec": {"volumes": [{"name": "tmp", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/t"}}]}}

    assert strategic.apply(live, patch, pods.POD) == {
        "spec": {
            "volumes": [{"name": "tmp", "hostPath": {"path": "/t"}}, {"name": "tls", "secret": {"secretName": "s"}}]
        }
    }


def test_the_template_holds_a_pod() -> None:
    assert pods.POD_TEMPLATE["properties"]["spec"] is pods.POD_SPEC
