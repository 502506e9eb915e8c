"""A member lives as long as its Lease is seen to change, by our own clock."""

import msgspec

from keyferry.kube.controller.membership import FORGOTTEN_AFTER, Membership
from keyferry.kube.wire import leases
from keyferry.kube.wire.leases import Lease


def lease(name: str, renewed: str, *, lasts: int | None = 15, holder: str | None = None) -> Lease:
    spec = {"holderIdentity": holder or f"pod-{name}", "leaseDurationSeconds": lasts, "renewTime": renewed}
    return leases.decode(msgspec.json.encode({"metadata": {"name": name}, "spec": spec}))


def test_who_renews_lives_and_who_does_not_is_gone() -> None:
    members = Membership(15)
    members.observe([lease("a", "1"), lease("b", "1")], 0)
    assert members.alive(0) == {"pod-a", "pod-b"}
    members.observe([lease("a", "2"), lease("b", "1")], 10)
    assert members.alive(15) == {"pod-a"}
    members.observe([lease("b", "1")], 16)
    assert members.alive(16) == frozenset(), "who withdrew is gone at once"


def test_a_lease_that_does_not_say_how_long_lasts_as_ours() -> None:
    members = Membership(15)
    members.observe([lease("a", "1", lasts=None)], 0)
    assert members.alive(14.9) == {"pod-a"}
    assert members.alive(15) == frozenset()


def test_what_nobody_renews_is_forgotten_in_the_end() -> None:
    members = Membership(15)
    members.observe([lease("a", "1")], 0)
    assert members.forgotten(FORGOTTEN_AFTER - 1) == ()
    assert members.forgotten(FORGOTTEN_AFTER) == ("a",)
