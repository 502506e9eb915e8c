from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.arm import vault_policies
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.arm.vault_policies import Policies
from keyferry.lab.azure.vault_settings import AccessPolicy
from tests.fakes import lab_azure

TENANT = lab_azure.TENANT
ONE, OTHER = lab_azure.READER, lab_azure.OFFICER


def _policy(**changes: Any) -> dict[str, Any]:
    return {"tenantId": TENANT, "objectId": ONE, "permissions": {"secrets": ["Get", "list"]}, **changes}


def test_a_policy_is_shown_as_it_was_written() -> None:
    (policy,) = vault_policies.parse([_policy(applicationId=OTHER)], TENANT)
    assert vault_policies.shape(policy) == {
        "tenantId": TENANT,
        "objectId": ONE,
        "applicationId": OTHER,
        "permissions": {"keys": [], "secrets": ["Get", "list"], "certificates": [], "storage": []},
    }


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(None, id="missing"),
        pytest.param([5], id="no-object"),
        pytest.param([_policy(objectId="x")], id="object-id"),
        pytest.param([_policy(applicationId="x")], id="application-id"),
        pytest.param([_policy(tenantId=lab_azure.OTHER_TENANT)], id="another-tenant"),
        pytest.param([_policy(permissions=None)], id="no-permissions"),
        pytest.param([_policy(permissions={"secrets": ["fly"]})], id="unknown-word"),
        pytest.param([_policy(permissions={"secrets": "get it"})], id="no-list"),
        pytest.param([_policy(), _policy()], id="twice"),
        pytest.param([_policy()] * 1025, id="too-many"),
    ],
)
def test_refuses(found: object) -> None:
    with pytest.raises(RefusedError) as refusal:
        vault_policies.parse(found, TENANT)
    assert (refusal.value.status, refusal.value.code) == (400, "BadRequest")


def _secrets(object_id: str, *words: str) -> AccessPolicy:
    return AccessPolicy(tenant_id=TENANT, object_id=object_id, secrets=words)


@pytest.mark.parametrize(
    ("kind", "current", "given_ones", "expected"),
    [
        pytest.param("add", (), (_secrets(ONE, "get"),), (_secrets(ONE, "get"),), id="add-a-new-one"),
        pytest.param(
            "add",
            (_secrets(ONE, "Get"),),
            (_secrets(ONE, "get", "list"),),
            (_secrets(ONE, "Get", "list"),),
            id="add-words",
        ),
        pytest.param(
            "replace",
            (_secrets(ONE, "get"), _secrets(OTHER, "set")),
            (_secrets(ONE, "list"),),
            (_secrets(ONE, "list"), _secrets(OTHER, "set")),
            id="replace-one",
        ),
        pytest.param(
            "remove",
            (_secrets(ONE, "Get", "list"),),
            (_secrets(ONE, "get"),),
            (_secrets(ONE, "list"),),
            id="remove-a-word",
        ),
        pytest.param("remove", (_secrets(ONE, "get"),), (_secrets(ONE, "get"),), (), id="remove-the-last-word"),
        pytest.param("remove", (), (_secrets(ONE, "get"),), (), id="remove-what-is-not-there"),
    ],
)
def test_changes(kind: str, current: Policies, given_ones: Policies, expected: Policies) -> None:
    assert vault_policies.change(kind, current, given_ones) == expected


def test_refuses_other_changes_and_too_many() -> None:
    with pytest.raises(RefusedError):
        vault_policies.change("merge", (), ())
    many = tuple(_secrets(f"{number:08}-0000-4000-8000-000000000000", "get") for number in range(1025))
    with pytest.raises(RefusedError):
        vault_policies.change("add", many[:1000], many[1000:])


_WORDS = st.lists(st.sampled_from(sorted(vault_policies.WORDS["secrets"])), unique=True).map(tuple)
_POLICIES = st.dictionaries(st.sampled_from((ONE, OTHER)), _WORDS.filter(bool)).map(
    lambda found: tuple(_secrets(object_id, *words) for object_id, words in found.items())
)


@given(current=_POLICIES, given_ones=_POLICIES)
def test_adding_and_removing_the_same_leaves_nothing_of_it(current: Policies, given_ones: Policies) -> None:
    added = vault_policies.change("add", current, given_ones)
    assert vault_policies.change("add", added, given_ones) == added
    left = vault_policies.change("remove", added, given_ones)
    for policy in left:
        named = {word for each in given_ones if each.object_id == policy.object_id for word in each.secrets}
        assert named.isdisjoint(policy.secrets)
