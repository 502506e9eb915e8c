import pytest

from keyferry.kube.controller.loop import Controller, Done, Result
from keyferry.kube.wire.objects import Key
from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion, VaultUrl
from keyferry.mount.known import Known, Volume
from keyferry.mount.wakes import Wakes
from keyferry.vault.activity import Activity
from keyferry.vault.events.relay import RelayedHint
from tests.fakes.mount_stage import IDENTITY, VAULT, request, watched


class Feeds:
    def __init__(self) -> None:
        self.woken_with: list[tuple[VaultUrl, SecretName, SecretVersion, ObjectKind]] = []

    def on_change(self, callback: object) -> None:
        raise NotImplementedError

    def woken(self, vault_url: VaultUrl, name: SecretName, version: SecretVersion, kind: ObjectKind) -> Activity:
        self.woken_with.append((vault_url, name, version, kind))
        return Activity.EVENT_USED


async def _nothing(_key: Key) -> Result:
    return Done()


def scene() -> tuple[Wakes, Controller, Feeds]:
    known, looks, feeds = Known(), Controller("volume", _nothing), Feeds()
    known.put(Volume(request=request("csi-1"), watched=frozenset({watched("password")})))
    known.put(Volume(request=request("csi-2"), watched=frozenset({watched("user")})))
    return Wakes(known, looks, feeds), looks, feeds


def waiting(looks: Controller) -> set[str]:
    found = set()
    while (key := looks.queue.take(float("inf"))) is not None:
        found.add(key.name)
    return found


async def test_a_change_wakes_the_volumes_that_show_the_object() -> None:
    wakes, looks, _ = scene()
    wakes.on_change(IDENTITY, watched("password").ref)
    assert waiting(looks) == {"csi-1"}


async def test_an_edited_class_wakes_all_its_volumes() -> None:
    wakes, looks, _ = scene()
    wakes.on_class(Key(namespace="app", name="secrets"))
    wakes.on_class(Key(namespace="other", name="secrets"))
    assert waiting(looks) == {"csi-1", "csi-2"}


def hint(name: str = "Password") -> RelayedHint:
    return RelayedHint(kind=ObjectKind.SECRET, name=SecretName(name), version=SecretVersion("1" * 32), at_ms=1)


async def test_a_hint_goes_once_to_the_feeds_of_what_volumes_of_its_class_show() -> None:
    wakes, looks, feeds = scene()
    wakes.on_hint(Key(namespace="app", name="secrets"), hint())
    assert feeds.woken_with == [(VAULT, hint().name, hint().version, hint().kind)]
    assert waiting(looks) == set(), "the feed tells when there is something new"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        pytest.param(Key(namespace="other", name="secrets"), "password", id="another-namespace"),
        pytest.param(Key(namespace="app", name="other"), "password", id="another-class"),
        pytest.param(Key(namespace="app", name="secrets"), "api-key", id="nothing-it-shows"),
    ],
)
async def test_a_hint_reaches_nothing_that_its_class_does_not_show(key: Key, name: str) -> None:
    wakes, _, feeds = scene()
    wakes.on_hint(key, hint(name))
    assert feeds.woken_with == []
