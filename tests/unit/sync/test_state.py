from keyferry.kube.wire.objects import Key
from tests.fakes.external_secrets import external, secret


def test_an_external_secret_knows_its_target() -> None:
    assert external().target == Key(namespace="app", name="db")


def test_a_secret_knows_its_controller() -> None:
    owners = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"},
        {"apiVersion": "v1", "kind": "Pod", "name": "b", "uid": "2", "controller": True},
    ]
    live = secret({}, ownerReferences=owners)
    assert live.owner is not None
    assert live.owner.name == "b"
