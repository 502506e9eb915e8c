from keyferry.lab.kubernetes.schemas import services


def test_ports_are_told_apart_by_number_and_protocol() -> None:
    ports = services.SERVICE["properties"]["spec"]["properties"]["ports"]

    assert ports["x-kubernetes-list-map-keys"] == ["port", "protocol"]
