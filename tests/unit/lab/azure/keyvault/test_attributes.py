import pytest

from keyferry.lab.azure.keyvault import attributes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.attributes import Attributes, Change
from keyferry.lab.azure.keyvault.bodies import Body

OLD = Attributes(created=1, updated=1, enabled=False, not_before=5, expires=9)


def test_a_new_version_is_enabled_unless_it_is_said_to_be_not() -> None:
    assert attributes.made(Change(), 7) == Attributes(created=7, updated=7)
    assert attributes.made(Change(enabled=False, expires=8), 7) == Attributes(
        created=7, updated=7, enabled=False, expires=8
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(Change(), Attributes(created=1, updated=7, enabled=False, not_before=5, expires=9), id="nothing"),
        pytest.param(
            Change(enabled=True, not_before=2, expires=3),
            Attributes(created=1, updated=7, enabled=True, not_before=2, expires=3),
            id="everything",
        ),
    ],
)
def test_a_change_changes_what_it_says_alone(change: Change, expected: Attributes) -> None:
    assert attributes.changed(OLD, change, 7) == expected


def test_what_was_and_what_comes_must_both_hold() -> None:
    with pytest.raises(RefusedError, match=r"attributes\.nbf"):
        attributes.changed(OLD, Change(not_before=10), 7)
    with pytest.raises(RefusedError, match=r"attributes\.nbf"):
        attributes.parse(Body({"attributes": {"nbf": 2, "exp": 1}}))
    assert attributes.parse(Body({"attributes": {"nbf": 1, "exp": 1}})) == Change(not_before=1, expires=1)
