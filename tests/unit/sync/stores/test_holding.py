"""A store stays while a PushSecret needs it to delete what it pushed."""

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.model.wellknown import STORE_FINALIZER
from keyferry.spec import label_selectors
from keyferry.sync.stores import holding
from keyferry.sync.stores.holding import Holder, Selection
from tests.fakes.external_secrets import store

KV = Key(namespace="app", name="kv")
NAMED = Holder(deletes=True, stores=frozenset({KV}))
PROD = label_selectors.parse({"matchLabels": {"tier": "prod"}})
DELETED = "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    ("holders", "present", "expected"),
    [
        pytest.param([], [], None, id="nobody"),
        pytest.param([NAMED], [], [STORE_FINALIZER], id="named"),
        pytest.param([NAMED], [STORE_FINALIZER], None, id="named-and-held"),
        pytest.param([NAMED], ["a.io/b"], ["a.io/b", STORE_FINALIZER], id="beside-others"),
        pytest.param([Holder(deletes=False, stores=frozenset({KV}))], [], None, id="one-that-does-not-delete"),
        pytest.param([Holder(deletes=True, stores=frozenset({Key(name="kv")}))], [], None, id="the-clusters-namesake"),
        pytest.param([], ["a.io/b", STORE_FINALIZER], ["a.io/b"], id="let-go"),
        pytest.param(
            [Holder(deletes=False), NAMED, Holder(deletes=True)], [], [STORE_FINALIZER], id="one-of-them-is-enough"
        ),
        pytest.param(
            [Holder(deletes=True, selections=(Selection(namespace="app", selector=PROD),))],
            [],
            [STORE_FINALIZER],
            id="by-label",
        ),
        pytest.param(
            [Holder(deletes=True, selections=(Selection(namespace="web", selector=PROD),))],
            [STORE_FINALIZER],
            [],
            id="by-label-in-another-namespace",
        ),
        pytest.param(
            [
                Holder(
                    deletes=True,
                    selections=(
                        Selection(namespace="app", selector=label_selectors.parse({"matchLabels": {"tier": "test"}})),
                    ),
                )
            ],
            [],
            None,
            id="by-another-label",
        ),
    ],
)
def test_finalizers(holders: list[Holder], present: list[str], expected: list[str] | None) -> None:
    given = store(labels={"tier": "prod"}, finalizers=present)
    made = holding.finalizers(given, holders)
    assert made == (None if expected is None else tuple(expected))


@pytest.mark.parametrize(
    ("holders", "present", "expected"),
    [
        pytest.param([NAMED], [STORE_FINALIZER], None, id="stays-while-needed"),
        pytest.param([], [STORE_FINALIZER], [], id="goes-when-nobody-needs-it"),
        pytest.param([NAMED], ["a.io/b"], None, id="takes-no-new-finalizer"),
    ],
)
def test_a_store_that_is_deleted(holders: list[Holder], present: list[str], expected: list[str] | None) -> None:
    made = holding.finalizers(store(deletionTimestamp=DELETED, finalizers=present), holders)
    assert made == (None if expected is None else tuple(expected))
