from keyferry.lab.kubernetes.patches import strategic
from keyferry.lab.kubernetes.schemas import containers


def test_a_patch_changes_one_variable_and_keeps_the_others() -> None:
    live = {"name": "web", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}], "args": ["x", "y"]}
    patch = {"env": [{"name": "A", "value": "3"}], "args": ["z"]}

    assert strategic.apply(live, patch, containers.CONTAINER) == {
        "name": "web",
        "env": [{"name": "A", "value": "3"}, {"name": "B", "value": "2"}],
        "args": ["z"],
    }


def test_ports_are_told_apart_by_number_and_protocol() -> None:
    ports = containers.CONTAINER["properties"]["ports"]

    assert ports["x-kubernetes-list-map-keys"] == ["containerPort", "protocol"]
    assert ports["items"]["properties"]["protocol"]["default"] == "TCP"


def test_references_to_keys_name_what_they_refer_to() -> None:
    assert "Secret" in containers.key_of("Secret")["description"]
    assert "ConfigMap" in containers.source_of("ConfigMap")["description"]


def test_an_ephemeral_container_may_look_at_another() -> None:
    extra = containers.EPHEMERAL_CONTAINER["properties"].keys() - containers.CONTAINER["properties"].keys()

    assert extra == {"targetContainerName"}
