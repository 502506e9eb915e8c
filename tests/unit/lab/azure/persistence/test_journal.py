import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.eventgrid import handshake, source
from keyferry.lab.azure.eventgrid.definition import Definition, WebHook
from keyferry.lab.azure.persistence import tables
from keyferry.lab.azure.persistence.codec import UnreadableError
from keyferry.lab.azure.persistence.journal import Changes, Journal
from keyferry.lab.azure.persistence.tables import RowKey
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, OFFICER, VAULT_SCOPE

API = (("api-version", "7.4"),)
HOST = "kv-one.vault.azure.net"
SECRET = "/secrets/db-password"


class World:
    """An Azure whose changes are kept as rows, as a file would keep them."""

    status = 0

    def __init__(self, role: str = "Key Vault Secrets Officer") -> None:
        roles = [
            {"identity": "officer", "role": role, "scope": "vaults/kv-one"},
            {"identity": "officer", "role": "Owner", "scope": "resourceGroups/rg"},
        ]
        self.azure = lab_azure.azure(roleAssignments=roles)
        self.journal = Journal(self.azure)
        self.rows: dict[RowKey, bytes] = {}
        self.keep(self.journal.all())

    def keep(self, changes: Changes) -> Changes:
        """Write the changes down."""
        assert not changes.gone & set(changes.put)
        self.rows |= changes.put
        for key in changes.gone:
            del self.rows[key]
        return changes

    def ask(self, method: str, path: str, body: bytes = b"", host: str = HOST, api: str = "") -> Changes:
        """Do something as the officer, and write down what it changed."""
        arm = host.startswith("management")
        token = lab_azure.access_token(self.azure, OFFICER, ARM_SCOPE if arm else VAULT_SCOPE)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        version = (("api-version", api or ("2022-04-01" if arm else "7.4")),)
        request = Request(method=method, host=host, path=path, query=version, headers=headers, body=body)
        self.status = lab_azure.drive(self.azure.handle(request, NOW)).status
        return self.keep(self.journal.after(request))

    def restarted(self) -> Azure:
        """Another Azure from the rows."""
        other = lab_azure.azure()
        Journal(other).restore(self.rows)
        return other


def written(azure: Azure) -> dict[RowKey, Any]:
    """What all rows of an Azure say."""
    return {key: json.loads(data) for key, data in Journal(azure).all().put.items()}


def names(changes: Changes) -> tuple[set[str], set[str]]:
    """Which rows are put and gone."""
    return (
        {f"{key.table}/{key.name}" for key in changes.put},
        {f"{key.table}/{key.name}" for key in changes.gone},
    )


def test_what_is_written_once_is_not_written_again() -> None:
    world = World()
    assert not world.journal.all()
    assert not world.journal.estate()


def test_a_write_costs_the_row_of_its_object() -> None:
    world = World()
    assert names(world.ask("PUT", SECRET, b'{"value": "second"}')) == ({"secrets.live/db-password"}, set())
    assert names(world.ask("GET", SECRET)) == (set(), set())
    assert names(world.ask("GET", "/secrets")) == (set(), set())
    assert names(world.ask("DELETE", SECRET)) == ({"secrets.deleted/db-password"}, {"secrets.live/db-password"})
    assert names(world.ask("DELETE", "/deletedsecrets/db-password")) == (set(), {"secrets.deleted/db-password"})
    assert not world.journal.all(), "and a look at everything finds no more"


def test_a_restart_brings_back_all_that_was_written() -> None:
    world = World()
    world.ask("PUT", SECRET, b'{"value": "second", "tags": {"a": "b"}}')
    world.ask("DELETE", "/secrets/off")
    assert written(world.restarted()) == written(world.azure)
    assert not Journal(world.restarted()).all().gone


def test_a_token_from_before_the_restart_still_counts() -> None:
    world = World()
    token = lab_azure.access_token(world.azure, OFFICER)
    request = Request(method="GET", host=HOST, path=SECRET, query=API, headers={"authorization": f"Bearer {token}"})
    answer = lab_azure.drive(world.restarted().handle(request, NOW))
    assert answer.status == 200
    assert b"first" in answer.body


def test_arms_writes_are_rows_too() -> None:
    world = World()
    scope = "/subscriptions/" + world.azure.directory.tenants[0].subscription_id + "/resourceGroups/rg"
    assignment = next(each for each in world.azure.assignments.within(scope))
    path = f"{assignment.scope}/providers/Microsoft.Authorization/roleAssignments/{assignment.id}"
    arm = "management.azure.com"
    assert names(world.ask("GET", path, host=arm)) == (set(), set())
    put, gone = names(world.ask("DELETE", path, host=arm))
    assert (world.status, put, gone) == (200, set(), {f"assignments/{assignment.id}"})


def test_a_vault_that_is_purged_takes_its_rows_along() -> None:
    world = World()
    vault = world.azure.vaults.by_name("kv-one")
    assert vault is not None
    deleted = world.azure.vaults.delete(vault, NOW)
    put, gone = names(world.keep(world.journal.estate()))
    assert "deleted-vaults/kv-one" in put
    assert "vaults/kv-one" in gone
    assert written(world.restarted()) == written(world.azure), "a deleted vault keeps what it holds"
    world.azure.vaults.purge(deleted)
    _, gone = names(world.keep(world.journal.estate()))
    assert {"deleted-vaults/kv-one", "secrets.live/db-password"} <= gone
    assert all(key.scope != "kv-one" for key in world.rows)


def test_contacts_and_issuers_are_of_the_vault() -> None:
    world = World()
    vault = world.azure.vaults.by_name("kv-one")
    assert vault is not None
    request = Request(method="PUT", host=HOST, path="/certificates/contacts")
    assert not world.journal.after(request)
    vault.objects.deletion_seconds = 7
    assert names(world.journal.after(request)) == ({"vaults/kv-one"}, set())


def test_what_is_restored_from_a_backup_is_looked_for_in_the_whole_vault() -> None:
    world = World()
    vault = world.azure.vaults.by_name("kv-one")
    assert vault is not None
    vault.objects.secrets.delete("off", 0, hidden_seconds=0, kept_seconds=9)
    changes = world.journal.after(Request(method="POST", host=HOST, path="/secrets/restore"))
    assert names(changes) == ({"secrets.deleted/off"}, {"secrets.live/off"})


@pytest.mark.parametrize("host", ["nobody.example", "kv-none.vault.azure.net"])
def test_a_request_that_nobody_answers_changes_nothing(host: str) -> None:
    world = World()
    assert not world.journal.after(Request(method="PUT", host=host, path=SECRET))


def test_a_new_key_of_entra_is_written_with_the_token_that_it_signed() -> None:
    world = World()
    world.azure.tokens.keys.rotate(NOW)
    changes = world.journal.after(Request(method="POST", host="login.microsoftonline.com", path="/x/oauth2/v2.0/token"))
    assert names(changes) == ({"signing-keys/"}, set())


def test_what_is_around_is_written_too() -> None:
    box = {"offset": 1.0}
    around = tables.single("clock", float, lambda: box["offset"], lambda value: box.update(offset=value))
    journal = Journal(lab_azure.azure(), (around,))
    rows = journal.all().put
    box["offset"] = 5.0
    assert names(journal.all()) == ({"clock/"}, set())
    Journal(lab_azure.azure(), (around,)).restore(rows)
    assert box == {"offset": 1.0}


@pytest.mark.parametrize(
    ("key", "data"),
    [
        pytest.param(RowKey("moon", "", ""), b"{}", id="unknown-table"),
        pytest.param(RowKey("vaults", "", "kv-one"), b"{}", id="not-a-vault"),
        pytest.param(RowKey("secrets.live", "kv-one", "a"), b"[]", id="not-a-secret"),
    ],
)
def test_rows_of_another_version_are_refused(key: RowKey, data: bytes) -> None:
    with pytest.raises(UnreadableError):
        Journal(lab_azure.azure()).restore({key: data})


def test_rows_of_a_vault_that_is_not_there_are_left_out() -> None:
    world = World()
    world.rows[RowKey("secrets.recovering", "kv-gone", "a")] = b"5"
    assert written(world.restarted()) == written(world.azure)


def test_what_could_not_be_written_is_found_again() -> None:
    world = World()
    request = Request(method="DELETE", host=HOST, path=SECRET)
    vault = world.azure.vaults.by_name("kv-one")
    assert vault is not None
    vault.objects.secrets.delete("db-password", 0, hidden_seconds=0, kept_seconds=9)
    lost = world.journal.after(request)
    assert names(lost) == ({"secrets.deleted/db-password"}, {"secrets.live/db-password"})
    world.journal.forget(lost)
    assert names(world.keep(world.journal.all())) == names(lost)
    assert not world.journal.all()


SUBSCRIPTION = lab_azure.declared().tenants[0].subscription_id
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers"
IDENTITY = f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/new"
POLICY = json.dumps(
    {
        "policy": {
            "issuer": {"name": "Self"},
            "key_props": {"kty": "EC", "crv": "P-256"},
            "x509_props": {"subject": "CN=a"},
        }
    }
).encode()
EVERYTHING = (
    ("PUT", "/secrets/a", b'{"value": "1"}', 200),
    ("PUT", "/secrets/A", b'{"value": "2"}', 200),
    ("PATCH", "/secrets/a", b'{"tags": {"x": "y"}}', 200),
    ("DELETE", "/secrets/a", b"", 200),
    ("POST", "/deletedsecrets/a/recover", b"", 200),
    ("POST", "/keys/k/create", b'{"kty": "EC", "crv": "P-256"}', 200),
    ("POST", "/keys/k/rotate", b"", 200),
    ("DELETE", "/keys/k", b"", 200),
    ("DELETE", "/deletedkeys/k", b"", 204),
    ("POST", "/certificates/c/create", POLICY, 202),
    ("GET", "/certificates/c/pending", b"", 200),
    ("DELETE", "/certificates/c", b"", 200),
    ("PUT", "/certificates/contacts", b'{"contacts": [{"email": "a@b.c"}]}', 200),
    ("PUT", "/certificates/issuers/i", b'{"provider": "Test"}', 200),
    ("PUT", IDENTITY, b'{"location": "westeurope"}', 201),
    (
        "PUT",
        f"{IDENTITY}/federatedIdentityCredentials/one",
        b'{"properties": {"issuer": "https://i/", "subject": "s", "audiences": ["api://AzureADTokenExchange"]}}',
        201,
    ),
    ("DELETE", IDENTITY, b"", 200),
)


def test_what_a_request_did_is_written_with_it() -> None:
    world = World(role="Key Vault Administrator")
    for method, where, body, status in EVERYTHING:
        arm = where.startswith("/subscriptions")
        host, api = ("management.azure.com", "2023-01-31") if arm else (HOST, "7.6")
        world.ask(method, where, body, host, api)
        assert world.status == status, where
        left = world.journal.all()
        assert names(left) == (set(), set()), f"after {method} {where}"
    assert written(world.restarted()) == written(world.azure)


def test_a_subscription_that_is_confirmed_by_hand_is_written_at_once() -> None:
    world = World()
    hook = Definition(destination=WebHook(url="https://hooks.example/events"))
    vault = world.azure.vaults.by_name("kv-one")
    assert vault is not None
    resource_id = f"{vault.resource_id}/providers/Microsoft.EventGrid/eventSubscriptions/mine"
    world.azure.grid.subscriptions.put(resource_id, source.of(vault), hook, NOW)
    world.keep(world.journal.estate())
    put = world.azure.grid.subscriptions.get(resource_id)
    assert put is not None
    assert put.handshake is not None
    address = urlsplit(handshake.callback(put, put.handshake))
    request = Request(
        method="GET", host=str(address.hostname), path=address.path, query=tuple(parse_qsl(address.query))
    )
    assert lab_azure.drive(world.azure.handle(request, NOW)).status == 200
    assert "events.subscriptions" in {key.table for key in world.keep(world.journal.after(request)).put}
