import pytest

from tests.fakes.lab_vault import Vault


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("/keys/a", "second", id="latest"),
        pytest.param("/keys/A/", "second", id="latest-with-slash"),
        pytest.param("first", "first", id="version"),
    ],
)
def test_finds_the_version(path: str, found: str) -> None:
    vault = Vault()
    kids = {word: vault.json("POST", "/keys/a/create", {"kty": "EC"})["key"]["kid"] for word in ("first", "second")}
    assert vault.json("GET", kids.get(path, path))["key"]["kid"] == kids[found]


@pytest.mark.parametrize("path", ["/keys/b", f"/keys/a/{'0' * 32}"])
def test_there_is_none(path: str) -> None:
    vault = Vault()
    vault.json("POST", "/keys/a/create", {"kty": "EC"})
    assert vault.refused("GET", path) == (404, "KeyNotFound", "")
