import pytest

from keyferry.spec.fields.target import target, template
from keyferry.spec.schema import Items, Table, Text


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("v1", ("Owner", "Orphan", "Merge", "None", "CreateOrMerge"), id="v1"),
        pytest.param("v1beta1", ("Owner", "Orphan", "Merge", "None"), id="v1beta1"),
    ],
)
def test_creation_policies_of_the_version(version: str, expected: tuple[str, ...]) -> None:
    policy = target(version).fields["creationPolicy"]
    assert isinstance(policy, Text)
    assert (policy.enum, policy.default) == (expected, "Owner")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("v1", (), id="v1-takes-any-target"),
        pytest.param("v1beta1", ("Data", "Annotations", "Labels"), id="v1beta1"),
    ],
)
def test_targets_of_templates(version: str, expected: tuple[str, ...]) -> None:
    sources = template(version).fields["templateFrom"]
    assert isinstance(sources, Items)
    assert isinstance(sources.of, Table)
    where = sources.of.fields["target"]
    assert isinstance(where, Text)
    assert (where.enum, where.default) == (expected, "Data")


def test_a_missing_target_is_owned_and_retained() -> None:
    assert target("v1").default == {"creationPolicy": "Owner", "deletionPolicy": "Retain"}
