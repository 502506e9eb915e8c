import pytest

from keyferry.spec.fields import remote
from keyferry.spec.schema import Table, Text

STRATEGIES = ("conversionStrategy", "decodingStrategy", "metadataPolicy")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("v1", [None, None, None], id="v1-has-no-defaults"),
        pytest.param("v1beta1", ["Default", "None", "None"], id="v1beta1"),
    ],
)
def test_defaults_of_the_strategies(version: str, expected: list[str | None]) -> None:
    fields = remote.remote_ref(version, "").fields
    found = [field for field in map(fields.__getitem__, STRATEGIES) if isinstance(field, Text)]
    assert [field.default for field in found] == expected


@pytest.mark.parametrize(("version", "has_policy"), [("v1", True), ("v1beta1", False)])
def test_the_null_byte_policy_is_of_v1_alone(version: str, has_policy: bool) -> None:
    assert ("nullBytePolicy" in remote.remote_ref(version, "").fields) is has_policy
    assert ("nullBytePolicy" in remote.find(version).fields) is has_policy


@pytest.mark.parametrize(
    ("version", "expected"),
    [("v1", {"regexp", "transform", "merge"}), ("v1beta1", {"regexp", "transform"})],
)
def test_a_rewrite_is_one_step_of_one_kind(version: str, expected: set[str]) -> None:
    step = remote.rewrites(version).of
    assert isinstance(step, Table)
    assert (set(step.fields), step.min_properties, step.max_properties) == (expected, 1, 1)
