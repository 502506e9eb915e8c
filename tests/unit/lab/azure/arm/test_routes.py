import pytest

from keyferry.lab.azure.arm import routes
from keyferry.lab.azure.arm.routing import Route


@pytest.mark.parametrize("route", [pytest.param(each, id=each.template) for each in routes.ROUTES])
def test_every_route_is_found_by_its_own_address(route: Route) -> None:
    path = route.template
    for name in ("subscription", "group", "namespace", "location", "name", "identity", "cluster", "operation", "kind"):
        path = path.replace(f"{{{name}}}", "x")
    path = path.replace("{scope}", "/subscriptions/x").replace("{vault}", "x").replace("{binding}", "x")
    found = next(each for each in routes.ROUTES if each.match(path) is not None)
    assert found is route
    assert route.operations
    assert not route.namespace or route.namespace.lower() in routes.NAMESPACES
