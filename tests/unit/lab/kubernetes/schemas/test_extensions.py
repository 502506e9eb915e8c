from keyferry.lab.kubernetes.schemas import extensions


def test_the_schema_of_a_custom_kind_is_kept_as_it_is() -> None:
    spec = extensions.CUSTOM_RESOURCE_DEFINITION["properties"]["spec"]["properties"]
    version = spec["versions"]["items"]["properties"]

    assert version["schema"]["properties"]["openAPIV3Schema"]["x-kubernetes-preserve-unknown-fields"]


def test_webhooks_are_told_apart_by_name_and_only_the_mutating_are_asked_again() -> None:
    mutating = extensions.MUTATING_WEBHOOK_CONFIGURATION["properties"]["webhooks"]
    validating = extensions.VALIDATING_WEBHOOK_CONFIGURATION["properties"]["webhooks"]

    assert mutating["x-kubernetes-list-map-keys"] == validating["x-kubernetes-list-map-keys"] == ["name"]
    assert "reinvocationPolicy" in mutating["items"]["properties"]
    assert "reinvocationPolicy" not in validating["items"]["properties"]
