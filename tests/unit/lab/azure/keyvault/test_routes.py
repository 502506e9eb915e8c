import pytest

from keyferry.lab.azure.keyvault import routes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.world.http import Request

VERSION = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        pytest.param("GET", "/secrets", Route(operation=Operation.SECRET_LIST), id="list"),
        pytest.param("GET", "/secrets/", Route(operation=Operation.SECRET_LIST), id="list-with-slash"),
        pytest.param("GET", "/secrets/a", Route(operation=Operation.SECRET_GET, name="a"), id="get"),
        pytest.param("GET", "/secrets/a/", Route(operation=Operation.SECRET_GET, name="a"), id="get-with-slash"),
        pytest.param(
            "GET",
            f"/secrets/a/{VERSION}",
            Route(operation=Operation.SECRET_GET, name="a", version=VERSION),
            id="version",
        ),
        pytest.param(
            "GET", "/secrets/a/versions", Route(operation=Operation.SECRET_LIST_VERSIONS, name="a"), id="versions"
        ),
        pytest.param("PUT", "/secrets/a", Route(operation=Operation.SECRET_SET, name="a"), id="set"),
        pytest.param("PATCH", "/secrets/a/", Route(operation=Operation.SECRET_UPDATE, name="a"), id="update-latest"),
        pytest.param("DELETE", "/secrets/a", Route(operation=Operation.SECRET_DELETE, name="a"), id="delete"),
        pytest.param("GET", "/deletedsecrets", Route(operation=Operation.SECRET_LIST_DELETED), id="list-deleted"),
        pytest.param(
            "GET", "/deletedsecrets/a", Route(operation=Operation.SECRET_GET_DELETED, name="a"), id="get-deleted"
        ),
        pytest.param("DELETE", "/deletedsecrets/a", Route(operation=Operation.SECRET_PURGE, name="a"), id="purge"),
        pytest.param(
            "POST", "/deletedsecrets/a/recover", Route(operation=Operation.SECRET_RECOVER, name="a"), id="recover"
        ),
        pytest.param(
            "GET", "/SECRETS/a", Route(operation=Operation.SECRET_GET, name="a"), id="collection-without-case"
        ),
        pytest.param("GET", "/", None, id="root"),
        pytest.param("GET", "/keys/a", None, id="keys-are-not-here-yet"),
        pytest.param("POST", "/secrets/a", None, id="method"),
        pytest.param("GET", "/secrets/a/b/c", None, id="too-deep"),
    ],
)
def test_find(method: str, path: str, route: Route | None) -> None:
    assert routes.find(Request(method=method, path=path)) == route


@pytest.mark.parametrize(
    ("api_version", "path", "status", "named"),
    [
        pytest.param("", "/secrets", 400, "api-version", id="no-api-version"),
        pytest.param("1999-01-01", "/secrets", 400, "api-version", id="unknown-api-version"),
        pytest.param("7.6", "/keys", 404, "address", id="unknown-address"),
        pytest.param("7.6", "/secrets/a_b", 400, "secret-name", id="name"),
        pytest.param("7.6", f"/secrets/{'a' * 128}", 400, "secret-name", id="name-too-long"),
        pytest.param("7.6", "/secrets/a/latest", 400, "secret-version", id="version"),
    ],
)
def test_check_refuses(api_version: str, path: str, status: int, named: str) -> None:
    request = Request(method="GET", path=path, query=(("api-version", api_version),) if api_version else ())
    with pytest.raises(RefusedError, match=named) as refusal:
        routes.check(request, routes.find(request))
    assert refusal.value.status == status


@pytest.mark.parametrize("api_version", routes.API_VERSIONS)
def test_check_takes_each_known_version(api_version: str) -> None:
    request = Request(method="GET", path="/secrets/a", query=(("api-version", api_version),))
    assert routes.check(request, routes.find(request)).name == "a"
