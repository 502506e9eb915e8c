from tests.fakes.lab_vault import Vault


def test_a_declared_key_is_there() -> None:
    vault = Vault(
        keys={
            "plain": {},
            "signing": {
                "kind": "P-384",
                "operations": ["sign"],
                "tags": {"a": "b"},
                "notBefore": "2020-01-01T00:00:00Z",
                "expires": "2030-01-01T00:00:00Z",
            },
        }
    )
    assert vault.json("GET", "/keys/plain")["key"]["crv"] == "P-256"
    key = vault.json("GET", "/keys/Signing")
    assert (key["key"]["crv"], key["key"]["key_ops"], key["tags"]) == ("P-384", ["sign"], {"a": "b"})
    assert (key["attributes"]["nbf"], key["attributes"]["exp"]) == (1577836800, 1893456000)
