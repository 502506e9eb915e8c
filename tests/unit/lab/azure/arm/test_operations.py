from keyferry.lab.azure.arm import operations
from tests.fakes import lab_arm
from tests.fakes.lab_azure import header, later


def test_an_operation_is_accepted_until_it_ends() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    world.resources.operations["one"] = later(seconds=10)
    path = f"{lab_arm.ROOT}/operationresults/one"
    pending = call("GET", path)
    assert (pending.status, header(pending, "Retry-After")) == (202, "1")
    assert (header(pending, "Location") or "").startswith(f"https://{lab_arm.HOST}{path}?api-version=")
    assert call("GET", path, now=later(seconds=10)).status == 200


def test_an_unknown_operation_is_not_found() -> None:
    path = f"{lab_arm.ROOT}/operationresults/none"
    assert lab_arm.error(lab_arm.caller(lab_arm.world())("GET", path)) == (404, "OperationNotFound")


def test_only_so_many_are_remembered() -> None:
    world = lab_arm.world()
    pending = world.resources.operations
    pending.update({f"old-{number}": later() for number in range(operations.REMEMBERED)})
    assert lab_arm.caller(world)("DELETE", f"{lab_arm.ROOT}/resourceGroups/rg-keyferry-lab").status == 202
    assert len(pending) == operations.REMEMBERED
    assert "old-0" not in pending
