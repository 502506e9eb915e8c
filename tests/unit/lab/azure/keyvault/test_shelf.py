from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from keyferry.lab.azure.keyvault.shelf import Shelf

HIDDEN, KEPT = 3, 20


@dataclass(frozen=True)
class _Item:
    name: str


def test_a_deleted_object_comes_back_whole_under_any_spelling() -> None:
    shelf: Shelf[_Item] = Shelf()
    item = _Item("Name")
    shelf.put(item)
    assert shelf.find("NAME", 0) is item
    gone = shelf.delete("name", 10, hidden_seconds=HIDDEN, kept_seconds=KEPT)
    assert (gone.deleted, gone.visible, gone.purged) == (10, 13, 30)
    assert shelf.find("Name", 10) is None
    assert shelf.recover("nAME", 14, hidden_seconds=0) is item
    assert shelf.find("name", 14) is item


def test_a_recovery_may_take_a_while() -> None:
    shelf: Shelf[_Item] = Shelf()
    shelf.put(_Item("a"))
    shelf.put(_Item("b"))
    shelf.delete("a", 0, hidden_seconds=0, kept_seconds=KEPT)
    shelf.recover("a", 5, hidden_seconds=HIDDEN)
    assert (shelf.find("a", 7), set(shelf.present(7))) == (None, {"b"})
    assert (shelf.find("a", 8), set(shelf.present(8))) == (_Item("a"), {"a", "b"})
    shelf.expire(8)
    assert shelf.recovering == {}


class _Life(RuleBasedStateMachine):
    """A name is live, deleted or free, and never two of these; what is deleted goes at its time."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf: Shelf[_Item] = Shelf()
        self.now = 0

    @rule(name=st.sampled_from(["a", "b", "B"]))
    def put(self, name: str) -> None:
        if name.lower() not in self.shelf.deleted:
            self.shelf.put(_Item(name))

    @rule(name=st.sampled_from(["a", "b"]))
    def delete(self, name: str) -> None:
        if self.shelf.find(name, self.now) is not None:
            self.shelf.delete(name, self.now, hidden_seconds=HIDDEN, kept_seconds=KEPT)

    @rule(name=st.sampled_from(["a", "b"]))
    def recover(self, name: str) -> None:
        if name in self.shelf.deleted:
            self.shelf.recover(name, self.now, hidden_seconds=HIDDEN)

    @rule(seconds=st.integers(0, KEPT))
    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.shelf.expire(self.now)

    @invariant()
    def each_name_is_in_one_place(self) -> None:
        assert not self.shelf.live.keys() & self.shelf.deleted.keys()
        assert self.shelf.recovering.keys() <= self.shelf.live.keys()
        assert all(gone.purged > self.now for gone in self.shelf.deleted.values())


TestLife = _Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
