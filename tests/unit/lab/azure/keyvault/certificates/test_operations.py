from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fakes.lab_azure import NOW, later
from tests.fakes.lab_vault import Vault

SECONDS = int(NOW.timestamp())
POLICY = {"x509_props": {"subject": "CN=a"}, "key_props": {"kty": "EC"}, "issuer": {"name": "Self"}}
SITE = "/certificates/site"
URL = "https://kv-one.vault.azure.net"


def _vault(name: str = "site", issuer: str = "Self") -> Vault:
    vault = Vault()
    vault.json("POST", f"/certificates/{name}/create", {"policy": {**POLICY, "issuer": {"name": issuer}}})
    return vault


@pytest.mark.parametrize(
    ("method", "path", "body", "inner"),
    [
        pytest.param("PUT", "/secrets/site", {"value": "x"}, "SecretManagedByKeyVault", id="set"),
        pytest.param("PATCH", "/secrets/site", {}, "SecretManagedByKeyVault", id="update-secret"),
        pytest.param("DELETE", "/secrets/site", None, "SecretManagedByKeyVault", id="delete-secret"),
        pytest.param("POST", "/secrets/site/backup", None, "SecretManagedByKeyVault", id="backup-secret"),
        pytest.param("POST", "/keys/site/create", {"kty": "EC"}, "KeyManagedByKeyVault", id="create-key"),
        pytest.param("PATCH", "/keys/site", {}, "KeyManagedByKeyVault", id="update-key"),
        pytest.param("DELETE", "/keys/site", None, "KeyManagedByKeyVault", id="delete-key"),
        pytest.param("POST", "/keys/site/rotate", None, "KeyManagedByKeyVault", id="rotate"),
        pytest.param("PUT", "/keys/site/rotationpolicy", {}, "KeyManagedByKeyVault", id="rotation-policy"),
    ],
)
def test_its_key_and_secret_belong_to_it(method: str, path: str, body: object, inner: str) -> None:
    vault = _vault()
    assert vault.refused(method, path, body) == (403, "Forbidden", inner)


def test_all_three_go_and_come_back_together() -> None:
    vault = _vault()
    made = vault.json("GET", SITE)
    gone = vault.json("DELETE", SITE)
    assert (gone["recoveryId"], gone["sid"]) == (f"{URL}/deletedcertificates/site", made["sid"])
    for kind in ("certificates", "keys", "secrets"):
        assert vault.refused("GET", f"/{kind}/site")[0] == 404
        assert vault.json("GET", f"/deleted{kind}/site")["recoveryId"] == f"{URL}/deleted{kind}/site"
        assert len(vault.json("GET", f"/deleted{kind}")["value"]) == 1
    assert vault.refused("POST", "/deletedsecrets/site/recover")[2] == "SecretManagedByKeyVault"
    assert vault.refused("DELETE", "/deletedkeys/site")[2] == "KeyManagedByKeyVault"
    assert vault.json("POST", "/deletedcertificates/site/recover")["id"] == made["id"]
    assert vault.json("GET", "/secrets/site")["kid"] == made["kid"]
    vault.json("DELETE", SITE)
    assert vault.call("DELETE", "/deletedcertificates/site").status == 204
    assert vault.json("PUT", "/secrets/site", {"value": "free"})["value"] == "free"


def test_a_certificate_that_was_never_made_goes_alone() -> None:
    vault = _vault(issuer="Unknown")
    vault.json("DELETE", SITE)
    assert vault.json("GET", "/deletedkeys")["value"] == []
    assert "sid" not in vault.json("POST", "/deletedcertificates/site/recover")
    assert vault.refused("POST", f"{SITE}/backup")[:2] == (404, "CertificateNotFound")


def test_an_update_is_the_key_s_and_the_secret_s_too() -> None:
    vault = _vault()
    made = vault.json("GET", SITE)
    body = {"attributes": {"enabled": False, "exp": 5}, "tags": {"a": "b"}}
    updated = vault.json("PATCH", made["id"], body, now=later(seconds=5))
    assert (updated["attributes"]["enabled"], updated["attributes"]["exp"]) == (False, made["attributes"]["exp"])
    assert updated["attributes"]["updated"] == SECONDS + 5
    assert vault.refused("GET", "/secrets/site")[2] == "SecretDisabled"
    assert vault.json("GET", "/keys/site")["tags"] == {"a": "b"}
    again = vault.json("PATCH", SITE, {"policy": {"x509_props": {"validity_months": 5}}}, now=later(seconds=6))
    assert (again["tags"], again["policy"]["x509_props"]["validity_months"]) == ({"a": "b"}, 5)


def test_a_backup_holds_all_three() -> None:
    vault = _vault()
    made = vault.json("GET", SITE)
    value = vault.json("POST", f"{SITE}/backup")["value"]
    assert vault.refused("POST", "/certificates/restore", {"value": value})[:2] == (409, "Conflict")
    vault.json("DELETE", SITE)
    vault.call("DELETE", "/deletedcertificates/site")
    assert vault.json("POST", "/certificates/restore", {"value": value})["id"] == made["id"]
    assert vault.json("GET", "/secrets/site")["id"] == made["sid"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/certificates/none"),
        ("GET", f"/certificates/site/{'0' * 32}"),
        ("PATCH", "/certificates/none"),
        ("DELETE", "/certificates/none"),
        ("GET", "/certificates/none/policy"),
        ("PATCH", "/certificates/none/policy"),
        ("GET", "/certificates/none/versions"),
        ("POST", "/deletedcertificates/none/recover"),
    ],
)
def test_there_is_no_such_certificate(method: str, path: str) -> None:
    assert _vault().refused(method, path, {})[:2] == (404, "CertificateNotFound")


def test_a_version_is_found_by_its_id() -> None:
    vault = _vault()
    made = vault.json("GET", SITE)
    assert vault.json("GET", made["id"]) == made
    assert [each["id"] for each in vault.json("GET", f"{SITE}/versions")["value"]] == [made["id"]]


class _Life(RuleBasedStateMachine):
    """Whatever is asked, each certificate has a key and a secret with the versions that it has, and no others."""

    def __init__(self) -> None:
        super().__init__()
        self.vault = Vault(lab={"certificateSeconds": 3600})
        self.now = NOW
        self.objects = next(each for each in self.vault.world.vaults if each.name == "kv-one").objects
        self.backup = ""

    def _ask(self, method: str, path: str, body: object = None) -> None:
        assert self.vault.call(method, path, body, now=self.now).status < 500

    @rule(issuer=st.sampled_from(["Self", "Unknown"]))
    def create(self, issuer: str) -> None:
        policy = {**POLICY, "issuer": {"name": issuer}, "lifetime_actions": []}
        self._ask("POST", f"{SITE}/create", {"policy": policy})

    @rule()
    def make(self) -> None:
        self.create("Self")
        self.wait(1)

    @rule(verb=st.sampled_from(["DELETE certificates", "DELETE secrets", "DELETE keys", "DELETE deletedcertificates"]))
    def delete(self, verb: str) -> None:
        method, kind = verb.split()
        self._ask(method, f"/{kind}/site")

    @rule(kind=st.sampled_from(["certificates", "secrets", "keys"]))
    def recover(self, kind: str) -> None:
        self._ask("POST", f"/deleted{kind}/site/recover")

    @rule()
    def write(self) -> None:
        self._ask("PUT", "/secrets/site", {"value": "x"})
        self._ask("POST", "/keys/site/create", {"kty": "EC"})

    @rule()
    def cancel(self) -> None:
        self._ask("DELETE", f"{SITE}/pending")

    @rule(hours=st.sampled_from([1, 24, 24 * 95, 24 * 300]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self._ask("GET", SITE)

    @invariant()
    def three_are_one(self) -> None:
        for shelf in ("live", "deleted"):
            found = [getattr(each, shelf).get("site") for each in (self.objects.keys, self.objects.secrets)]
            certificate = getattr(self.objects.certificates, shelf).get("site")
            items = [getattr(each, "item", each) for each in (certificate, *found) if each is not None]
            if certificate is not None and items[0].versions:
                assert [list(each.versions) for each in items] == [list(items[0].versions)] * 3
            else:
                assert not any(getattr(each, "managed", False) for each in items)


TestLife = _Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
