import pytest

from keyferry.spec.kinds import KINDS, Kind

EACH = [pytest.param(kind, id=kind.kind) for kind in KINDS]


def test_no_two_kinds_share_a_name() -> None:
    assert len({(kind.api.group, kind.plural) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", EACH)
def test_a_plural_is_the_kind_in_lower_case_with_its_ending(kind: Kind) -> None:
    assert kind.plural in {f"{kind.kind.lower()}s", f"{kind.kind.lower()}es"}


@pytest.mark.parametrize("kind", EACH)
def test_every_version_has_fields(kind: Kind) -> None:
    assert kind.api.versions
    for version in kind.api.versions:
        assert kind.status(version) is not None
        assert kind.spec is None or kind.spec(version).doc
