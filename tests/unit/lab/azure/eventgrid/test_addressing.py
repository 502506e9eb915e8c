from dataclasses import replace

from keyferry.lab.azure.eventgrid import addressing
from keyferry.lab.azure.eventgrid.definition import Definition, DeliveryAttribute, WebHook
from keyferry.lab.azure.eventgrid.delivery import Kind
from tests.fakes import lab_grid
from tests.fakes.lab_grid import HOOK, NOW, TENANT, TOKENS


def _with(*attributes: DeliveryAttribute) -> Definition:
    return replace(HOOK, destination=replace(HOOK.destination, attributes=attributes))


ALL = _with(
    DeliveryAttribute(name="x-key", value="k", secret=True),
    DeliveryAttribute(name="x-name", source_field="data.ObjectName"),
    DeliveryAttribute(name="x-none", source_field="data.Nothing"),
)


def test_what_a_request_is() -> None:
    assert dict(addressing.about(Kind.NOTIFICATION, "mine", 2)) == {
        "aeg-subscription-name": "mine",
        "aeg-delivery-count": "2",
        "aeg-data-version": "1",
        "aeg-metadata-version": "1",
        "aeg-event-type": "Notification",
    }


def test_headers_of_the_subscription() -> None:
    assert addressing.attributes(ALL, lab_grid.event("a")) == (("x-key", "k"), ("x-name", "a"))
    assert addressing.fixed(ALL) == (("x-key", "k"),)


def test_a_token_for_a_protected_endpoint_alone() -> None:
    assert addressing.token(HOOK, TOKENS, NOW) == ()
    protected = replace(HOOK, destination=WebHook(url=lab_grid.URL, tenant_id=TENANT, audience="api://hook"))
    ((name, value),) = addressing.token(protected, TOKENS, NOW)
    assert name == "Authorization"
    assert value.startswith('Bearer {"aud": "api://hook"')
