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
        pytest.param("PUT", "//secrets/a", Route(operation=Operation.SECRET_SET, name="a"), id="two-slashes-first"),
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
        pytest.param("GET", "/keys/a/", Route(operation=Operation.KEY_GET, name="a"), id="key"),
        pytest.param(
            "POST", "/keys/a//sign", Route(operation=Operation.KEY_SIGN, name="a"), id="sign-with-an-empty-version"
        ),
        pytest.param("POST", "/keys/a/sign", Route(operation=Operation.KEY_SIGN, name="a"), id="sign-with-the-latest"),
        pytest.param(
            "POST",
            f"/keys/a/{VERSION}/unwrapKey",
            Route(operation=Operation.KEY_UNWRAP, name="a", version=VERSION),
            id="verb-without-case",
        ),
        pytest.param("POST", "/secrets/restore", Route(operation=Operation.SECRET_RESTORE), id="restore"),
        pytest.param("GET", "/secrets/restore", Route(operation=Operation.SECRET_GET, name="restore"), id="so-named"),
        pytest.param(
            "GET", "/certificates/contacts", Route(operation=Operation.CERTIFICATE_GET_CONTACTS), id="contacts"
        ),
        pytest.param(
            "GET",
            "/certificates/issuers/i",
            Route(operation=Operation.CERTIFICATE_GET_ISSUER, issuer="i"),
            id="issuer",
        ),
        pytest.param(
            "POST",
            "/certificates/a/pending/merge",
            Route(operation=Operation.CERTIFICATE_MERGE, name="a"),
            id="merge",
        ),
        pytest.param("POST", "/secrets/a", None, id="method"),
        pytest.param("GET", "/secrets//versions", None, id="no-name"),
        pytest.param("GET", "", None, id="nothing"),
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
        pytest.param("7.6", "/storage", 404, "address", id="unknown-address"),
        pytest.param("7.6", "/secrets/a/backup", 400, "secret-version", id="verb-of-another-method"),
        pytest.param("7.6", "/secrets/restore/x/y", 404, "address", id="too-deep"),
        pytest.param("7.6", "/deletedsecrets/a/recover", 405, "method", id="method"),
        pytest.param("7.6", "/keys/a_b", 400, "key-name", id="key-name"),
        pytest.param("7.6", "/certificates/a/x", 400, "certificate-version", id="certificate-version"),
        pytest.param("7.6", "/certificates/issuers/a_b", 400, "issuer-name", id="issuer-name"),
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


@pytest.mark.parametrize("name", ["api-version", "maxresults", "$skiptoken"])
def test_check_refuses_a_parameter_that_is_repeated(name: str) -> None:
    request = Request(method="GET", path="/secrets", query=(("api-version", "7.6"), (name, "7.6"), (name, "7.6")))
    with pytest.raises(RefusedError, match="more than once"):
        routes.check(request, routes.find(request))


def test_head_is_no_method_of_a_vault() -> None:
    request = Request(method="HEAD", path="/secrets/a", query=(("api-version", "7.6"),))
    with pytest.raises(RefusedError) as refusal:
        routes.check(request, routes.find(request))
    assert refusal.value.status == 405


def test_every_operation_has_an_address() -> None:
    served = {operation for patterns in routes._ROUTES.values() for _, _, operation in patterns}
    assert served == set(Operation)
