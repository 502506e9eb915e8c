from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import READER, content


def test_a_subscription_is_shown_to_those_with_a_role_there() -> None:
    world = lab_arm.world()
    officer, reader = lab_arm.caller(world), lab_arm.caller(world, READER)
    assert [each["subscriptionId"] for each in content(officer("GET", "/subscriptions"))["value"]] == [
        lab_arm.SUBSCRIPTION
    ]
    assert len(content(reader("GET", "/subscriptions/"))["value"]) == 1  # a role on one vault is enough
    world.assignments.delete_within(lab_arm.ROOT)
    assert content(reader("GET", "/subscriptions"))["value"] == []


def test_one_subscription_names_its_tenant() -> None:
    shape = content(lab_arm.caller(lab_arm.world())("GET", lab_arm.ROOT, version="2022-12-01"))
    assert (shape["tenantId"], shape["state"]) == (lab_azure.TENANT, "Enabled")


def test_a_caller_sees_its_own_tenant() -> None:
    answer = content(lab_arm.caller(lab_arm.world(), READER)("GET", "/tenants", version="2022-12-01"))
    assert [each["tenantId"] for each in answer["value"]] == [lab_azure.TENANT]


def test_locations_are_listed() -> None:
    answer = content(lab_arm.caller(lab_arm.world())("GET", f"{lab_arm.ROOT}/locations", version="2022-12-01"))
    assert "westeurope" in [each["name"] for each in answer["value"]]
