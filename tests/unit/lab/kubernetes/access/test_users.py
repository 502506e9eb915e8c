from keyferry.lab.kubernetes.access.users import ADMIN, ANONYMOUS


def test_anonymous_is_known_by_its_name() -> None:
    assert ANONYMOUS.is_anonymous
    assert not ADMIN.is_anonymous
    assert "system:masters" in ADMIN.groups
