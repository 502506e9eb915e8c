"""Warnings fit into the line that an API server passes on, whatever things are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.admit.injection import telling
from keyferry.admit.injection.pod_shape import Container, Mount

NAME = st.text(min_size=1, max_size=253)


@given(NAME, NAME)
def test_what_names_an_account_fits(namespace: str, account: str) -> None:
    for say in (telling.no_client_id, telling.odd_client_id, telling.no_tenant_id, telling.odd_tenant_id):
        assert len(say(namespace, account)) <= 256


@pytest.mark.parametrize(
    ("account", "remedy"),
    [
        pytest.param("api", "kubectl annotate sa -n apps api azure.workload.identity/client-id=CLIENT_ID", id="own"),
        pytest.param("default", "name a ServiceAccount that has it in spec.serviceAccountName", id="everybodys"),
    ],
)
def test_what_everybody_runs_as_gets_no_identity(account: str, remedy: str) -> None:
    assert telling.no_client_id("apps", account).endswith(f"To mend it: {remedy}")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        pytest.param(1, "container c0: ", id="one"),
        pytest.param(2, "container c0, c1: ", id="two"),
        pytest.param(9, "container c0, c1 and 7 more: ", id="more"),
    ],
)
def test_many_containers_are_counted(count: int, words: str) -> None:
    own = Mount(name="own", mount_path="/")
    found = [(Container(pointer="", name=f"c{index}", variables=None, mounts=(own,)), own) for index in range(count)]
    assert telling.occupied(found).startswith(words)
    assert len(telling.occupied(found)) <= 256


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(telling.commas(), id="commas"),
        pytest.param(telling.proxy_declined(), id="proxy-declined"),
        pytest.param(telling.proxy_on_windows(), id="proxy-on-windows"),
        pytest.param(telling.no_binding("azure.workload.identity/use-identity-binding"), id="no-binding"),
        pytest.param(telling.mirror(), id="mirror"),
        pytest.param(telling.no_client_id("payments", "payments-api"), id="no-client-id"),
        pytest.param(telling.odd_client_id("payments", "payments-api"), id="odd-client-id"),
        pytest.param(telling.no_tenant_id("payments", "payments-api"), id="no-tenant-id"),
        pytest.param(telling.odd_tenant_id("payments", "payments-api"), id="odd-tenant-id"),
    ],
)
def test_usual_texts_are_whole_and_have_a_remedy(text: str) -> None:
    assert len(text) <= 256
    assert "To mend it: " in text
    assert not text.endswith("…")
