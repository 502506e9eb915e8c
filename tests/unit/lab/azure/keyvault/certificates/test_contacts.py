import pytest

from tests.fakes.lab_vault import Vault

PATH = "/certificates/contacts"
CONTACTS = {"contacts": [{"email": "a@b.example", "name": "A", "phone": "1"}, {"email": "c@b.example"}]}


def test_contacts_come_and_go() -> None:
    vault = Vault()
    assert vault.refused("GET", PATH) == (404, "ContactsNotFound", "")
    shown = {"id": "https://kv-one.vault.azure.net/certificates/contacts", **CONTACTS}
    assert vault.json("PUT", PATH, CONTACTS) == shown
    assert vault.json("GET", PATH) == shown
    assert vault.json("DELETE", PATH) == shown
    assert vault.refused("DELETE", PATH)[0] == 404


@pytest.mark.parametrize("body", [{}, {"contacts": []}, {"contacts": [{"name": "A"}]}, {"contacts": [{"email": "a"}]}])
def test_refuses(body: object) -> None:
    assert Vault().refused("PUT", PATH, body)[:2] == (400, "BadParameter")
