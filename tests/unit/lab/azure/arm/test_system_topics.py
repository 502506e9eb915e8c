from typing import Any

import pytest

from tests.fakes import lab_arm, lab_grid
from tests.fakes.lab_azure import content

VAULT = f"{lab_arm.VAULTS}/kv-one"
TOPICS = f"{lab_arm.GROUP}/providers/Microsoft.EventGrid/systemTopics"
TOPIC = f"{TOPICS}/vault-events"


def _body(source: object = VAULT, **changes: Any) -> dict[str, Any]:
    properties = {"source": source, "topicType": "microsoft.keyvault.vaults"}
    return {"location": "West Europe", "tags": {"a": "b"}, "properties": properties, **changes}


def test_put_get_list_patch_delete() -> None:
    call = lab_arm.caller(lab_arm.world())
    made = call("PUT", TOPIC, body=_body())
    assert (made.status, content(made)["id"], content(made)["location"]) == (201, TOPIC, "westeurope")
    assert content(made)["properties"]["source"] == VAULT
    again = call("PUT", TOPIC.replace("vault", "VAULT"), body=_body(tags=None))
    assert (again.status, content(again)["name"], content(again)["tags"]) == (200, "vault-events", {})
    assert content(again)["properties"] == content(made)["properties"]
    for place in (lab_arm.ROOT, lab_arm.GROUP):
        listed = content(call("GET", f"{place}/providers/Microsoft.EventGrid/systemTopics"))["value"]
        assert [each["name"] for each in listed] == ["vault-events"]
    assert content(call("PATCH", TOPIC, body={"tags": {"c": "d"}}))["tags"] == {"c": "d"}
    assert content(call("PATCH", TOPIC, body={}))["tags"] == {"c": "d"}
    assert content(call("GET", TOPIC))["tags"] == {"c": "d"}
    assert [call("DELETE", TOPIC).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", TOPIC)) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        pytest.param(f"{TOPICS}/a_b", _body(), "InvalidRequest", id="name"),
        pytest.param(TOPIC, _body(location=None), "LocationRequired", id="no-location"),
        pytest.param(TOPIC, _body(location="eastus"), "InvalidRequest", id="other-location"),
        pytest.param(TOPIC, _body(source=None), "InvalidRequest", id="no-source"),
        pytest.param(TOPIC, _body(source=f"{VAULT}x"), "InvalidRequest", id="unknown-source"),
        pytest.param(TOPIC, _body(properties={"source": VAULT, "topicType": "x"}), "InvalidRequest", id="type"),
    ],
)
def test_refuses_to_write(path: str, body: dict[str, Any], code: str) -> None:
    assert lab_arm.error(lab_arm.caller(lab_arm.world())("PUT", path, body=body)) == (400, code)


def test_a_vault_has_one_topic_and_a_topic_keeps_its_vault() -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", TOPIC, body=_body())
    assert lab_arm.error(call("PUT", f"{TOPICS}/second", body=_body())) == (400, "InvalidRequest")
    other = call("PUT", TOPIC, body=_body(source=f"{lab_arm.VAULTS}/kv-two"))
    assert lab_arm.error(other) == (400, "InvalidRequest")
    assert call("PUT", f"{TOPICS}/second", body=_body(source=f"{lab_arm.VAULTS}/kv-two")).status == 201


def test_a_list_takes_no_filter() -> None:
    call = lab_arm.caller(lab_arm.world())
    assert lab_arm.error(call("GET", TOPICS, filter="x")) == (400, "InvalidFilterInQueryString")


def test_a_topic_takes_its_subscriptions_with_it_and_a_vault_its_topics() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    hook = {"endpointType": "WebHook", "properties": {"endpointUrl": lab_grid.URL}}
    beside = f"{VAULT}/providers/Microsoft.EventGrid/eventSubscriptions/beside"
    for path in (TOPIC, f"{TOPIC}/eventSubscriptions/below", beside):
        body = _body() if path == TOPIC else {"properties": {"destination": hook}}
        assert call("PUT", path, body=body).status == 201
    assert call("DELETE", TOPIC).status == 200
    assert [each.id for each in world.grid.state.subscriptions.values()] == [beside]
    call("PUT", TOPIC, body=_body())
    assert call("DELETE", VAULT).status == 200
    assert (world.grid.state.subscriptions, world.grid.state.topics) == ({}, {})
