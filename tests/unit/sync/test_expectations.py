"""Who is woken by an event of something that this process has not read yet."""

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.model.secrets import ObjectKind
from keyferry.sync.expectations import HEARD, Expectations, Topic

A, B = (Key(namespace="app", name=name) for name in ("a", "b"))
SECRET, KEY, CERTIFICATE = ObjectKind.SECRET, ObjectKind.KEY, ObjectKind.CERTIFICATE


def topic(name: str = "db", kind: ObjectKind = SECRET, vault: str = "kv-prod") -> Topic:
    return Topic(vault=vault, kind=kind, name=name)


@pytest.mark.parametrize(
    ("expected", "told", "is_woken"),
    [
        pytest.param(topic(), ("kv-prod", SECRET, "DB"), True, id="its-object-whatever-the-case"),
        pytest.param(topic(""), ("kv-prod", SECRET, "db"), True, id="any-object-for-who-finds-by-pattern"),
        pytest.param(topic(), ("kv-prod", CERTIFICATE, "db"), True, id="a-certificate-is-a-secret-too"),
        pytest.param(topic(kind=KEY), ("kv-prod", CERTIFICATE, "db"), True, id="and-a-key"),
        pytest.param(topic(kind=CERTIFICATE), ("kv-prod", SECRET, "db"), False, id="a-secret-is-no-certificate"),
        pytest.param(topic(), ("kv-prod", SECRET, "x"), False, id="another-object"),
        pytest.param(topic(), ("kv-other", SECRET, "db"), False, id="another-vault"),
    ],
)
def test_an_event_wakes_who_names_its_object(
    expected: Topic, told: tuple[str, ObjectKind, str], is_woken: bool
) -> None:
    expectations = Expectations()
    assert not expectations.expect(A, [expected, topic("more")])
    assert (expectations.heard(*told) == {A}) is is_woken

    late = Expectations()
    assert late.heard(*told) == frozenset()
    assert late.expect(A, [expected]) is is_woken, "it was told before anybody looked"


def test_who_was_read_is_expected_no_more() -> None:
    expectations = Expectations()
    expectations.expect(A, [topic()])
    expectations.expect(B, [topic()])
    expectations.settle(A)
    expectations.settle(A)
    assert (A in expectations, B in expectations) == (False, True)
    assert expectations.heard("kv-prod", SECRET, "db") == {B}
    expectations.settle(B)
    assert expectations.heard("kv-prod", SECRET, "db") == frozenset()


def test_what_a_key_names_now_takes_the_place_of_what_it_named() -> None:
    expectations = Expectations()
    expectations.expect(A, [topic("old")])
    expectations.expect(A, [topic("new")])
    assert expectations.heard("kv-prod", SECRET, "old") == frozenset()
    assert expectations.heard("kv-prod", SECRET, "new") == {A}


def test_so_many_events_are_kept_in_mind_and_no_more() -> None:
    expectations = Expectations()
    for number in range(HEARD):
        expectations.heard("kv-prod", SECRET, f"n{number}")
    assert not expectations.expect(A, [topic("n0")])
    assert expectations.expect(A, [topic(f"n{HEARD - 1}")])
