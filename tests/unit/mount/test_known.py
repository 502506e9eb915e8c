from dataclasses import replace

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.model.identity import ClientId, ManagedIdentity
from keyferry.model.secrets import SecretVersion
from keyferry.mount.known import Known, Volume
from keyferry.mount.state import PodRef, Watched
from tests.fakes.mount_stage import IDENTITY, POD, request, watched

OTHER_POD = PodRef(namespace="app", name="job-1", uid="uid-9", service_account="job")
STRANGER = ManagedIdentity(client_id=ClientId("22222222-2222-4222-8222-222222222222"))


def volume(volume_id: str, *names: str, pod: PodRef = POD) -> Volume:
    return Volume(request=request(volume_id, pod), watched=frozenset(watched(name) for name in names))


def ids(volumes: tuple[Volume, ...]) -> list[str]:
    return [each.request.volume_id for each in volumes]


def test_volumes_are_found_by_what_they_show_whatever_the_case() -> None:
    known = Known()
    known.put(volume("b", "Password"))
    known.put(volume("a", "password", "user"))
    ref = watched("PASSWORD").ref
    assert ids(known.showing(IDENTITY, ref)) == ["a", "b"]
    assert ids(known.showing(IDENTITY, watched("user").ref)) == ["a"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Watched(identity=STRANGER, ref=watched("password").ref), id="identity"),
        pytest.param(watched("passwords"), id="name"),
        pytest.param(
            Watched(identity=IDENTITY, ref=replace(watched("password").ref, version=SecretVersion("1" * 32))),
            id="version",
        ),
    ],
)
def test_nobody_is_found_for_another(other: Watched) -> None:
    known = Known()
    known.put(volume("a", "password"))
    assert known.showing(other.identity, other.ref) == ()


def test_what_a_volume_watches_can_change() -> None:
    known, one = Known(), volume("a", "password")
    known.put(one)
    known.watches(one, frozenset({watched("user")}))
    assert known.showing(IDENTITY, watched("password").ref) == ()
    assert ids(known.showing(IDENTITY, watched("user").ref)) == ["a"]
    known.watches(volume("a", "password"), frozenset({watched("x")}))  # not the one that is known
    assert ids(known.showing(IDENTITY, watched("user").ref)) == ["a"]


def test_a_volume_that_goes_is_found_nowhere() -> None:
    known = Known()
    known.put(volume("a", "password"))
    known.put(volume("a", "user"))  # again
    assert len(known) == 1
    assert known.showing(IDENTITY, watched("password").ref) == ()
    assert known.drop("a") is not None
    assert known.drop("a") is None
    assert known.get("a") is None
    assert known.of_class(Key(namespace="app", name="secrets")) == ()
    assert known.showing(IDENTITY, watched("user").ref) == ()
    assert known.all() == ()


def test_volumes_are_found_by_class_and_account() -> None:
    known = Known()
    known.put(volume("a"))
    known.put(volume("b", pod=OTHER_POD))
    assert ids(known.of_class(Key(namespace="app", name="secrets"))) == ["a", "b"]
    assert known.of_class(Key(namespace="other", name="secrets")) == ()
    assert known.has_account(OTHER_POD.account)
    known.drop("b")
    assert not known.has_account(OTHER_POD.account)
    assert ids(known.all()) == ["a"]
