"""Only a SecretStore borrows, and only what the owner's annotation names may be borrowed."""

from typing import Any

import pytest

from keyferry.advice import consent
from keyferry.advice.surroundings import Account, Nothing
from keyferry.kube.wire.objects import Key


class Lent(Nothing):
    """Knows the annotation of `other/sa`."""

    def __init__(self, consent: str) -> None:
        self._account = Account(namespace="other", name="sa", annotations={"keyferry.io/usable-from": consent})

    def account(self, namespace: str, name: str) -> Account | None:
        return self._account if (namespace, name) == ("other", "sa") else None


def store(reference: Any, kind: str = "SecretStore", namespace: str = "apps") -> dict[str, Any]:
    metadata = {"name": "kv", "namespace": namespace}
    return {"kind": kind, "metadata": metadata, "spec": {"provider": {"azurekv": {"serviceAccountRef": reference}}}}


OTHERS = {"name": "sa", "namespace": "other"}


@pytest.mark.parametrize(
    ("document", "key"),
    [
        pytest.param(store(OTHERS), Key(namespace="other", name="sa"), id="anothers"),
        pytest.param(store({"name": "sa", "namespace": "apps"}), None, id="its-own"),
        pytest.param(store({"name": "sa"}), None, id="its-own-by-default"),
        pytest.param(store(OTHERS, "ClusterSecretStore"), None, id="a-store-of-the-cluster"),
        pytest.param(store(OTHERS, namespace=""), None, id="a-store-of-nowhere"),
        pytest.param(store({"namespace": "other"}), None, id="without-a-name"),
        pytest.param(store("sa"), None, id="no-reference"),
        pytest.param({}, None, id="no-store"),
    ],
)
def test_what_is_borrowed(document: dict[str, Any], key: Key | None) -> None:
    assert consent.borrowed(document) == key


@pytest.mark.parametrize(
    ("annotation", "is_given"),
    [
        pytest.param("apps", True, id="named"),
        pytest.param(" web,\tapps ", True, id="among-others"),
        pytest.param("apps-two", False, id="another"),
        pytest.param("", False, id="empty"),
        pytest.param("*", False, id="no-wildcards"),
    ],
)
def test_whether_it_may_be(annotation: str, is_given: bool) -> None:
    assert consent.is_given(store(OTHERS), Lent(annotation)) is is_given


def test_nothing_is_given_of_what_is_unknown() -> None:
    assert not consent.is_given(store({"name": "nobody", "namespace": "other"}), Lent("apps"))
    assert not consent.is_given(store({"name": "sa"}), Lent("apps"))
