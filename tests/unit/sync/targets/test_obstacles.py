from typing import Any

import pytest

from keyferry.model.errors import GrantError, SecretAbsent, SpecError, Unavailable
from keyferry.spec.conditions import ExternalSecretStatus
from keyferry.sync.state import Read, Unread
from keyferry.sync.targets import obstacles
from keyferry.sync.targets.state import LiveTarget
from tests.fakes import generic_targets as targets
from tests.fakes.external_secrets import bundle
from tests.fakes.generic_targets import CONFIG_MAP, OURS, THEIRS

STOOD_IN = ("kv-b stood in for kv-prod",)
ANOTHER = OURS | {"name": "web", "uid": "u-web"}
TWO = [
    {"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}},
    {"secretKey": "USER", "remoteRef": {"key": "db-user"}},
]
HELD = targets.live({"data": {"PASSWORD": "x", "USER": "y"}})
ABSENT = Unread(error=SecretAbsent(what="secret db-user does not exist"))


@pytest.mark.parametrize(
    ("reads", "there", "is_new", "words"),
    [
        pytest.param((bundle("a"), bundle("b")), HELD, False, "", id="it-has-all"),
        pytest.param((ABSENT, ABSENT), None, False, "it has nothing of it", id="it-has-nothing"),
        pytest.param((ABSENT, ABSENT), HELD, False, "the keys PASSWORD, USER would", id="all-would-go"),
        pytest.param((bundle("a"), ABSENT), None, False, "does not have all of it", id="it-lacks-one"),
        pytest.param((bundle("a"), ABSENT), HELD, False, "the keys USER would be lost", id="a-key-would-go"),
        pytest.param((bundle("a"), bundle("b")), targets.live({"data": {"OLD": "x"}}), True, "", id="a-new-spec"),
    ],
)
def test_a_fallback_vault_takes_nothing_away(
    reads: tuple[Read, ...], there: LiveTarget | None, is_new: bool, words: str
) -> None:
    spec = targets.spec(CONFIG_MAP, {"data": TWO}, deletionPolicy="Delete")
    status = ExternalSecretStatus() if is_new else targets.synced(spec)
    rendered = targets.rendered(spec, *reads, fallbacks=STOOD_IN)
    obstacle = obstacles.gap(targets.scene(there, status=status), spec, rendered)
    assert (obstacle is None) is (not words)
    if obstacle is not None:
        assert isinstance(obstacle, Unavailable)
        assert words in str(obstacle)


def test_the_first_vault_may_lack_what_it_wants() -> None:
    spec = targets.spec(CONFIG_MAP, {"data": TWO}, deletionPolicy="Delete")
    rendered = targets.rendered(spec, bundle("a"), ABSENT)
    assert obstacles.gap(targets.scene(HELD, status=targets.synced(spec)), spec, rendered) is None


@pytest.mark.parametrize(
    ("owners", "policy", "is_refused"),
    [
        pytest.param([], "Owner", False, id="nobodys"),
        pytest.param([OURS], "Owner", False, id="ours"),
        pytest.param([ANOTHER], "Owner", True, id="anothers"),
        pytest.param([ANOTHER], "Merge", True, id="anothers-is-never-merged-into"),
        pytest.param([THEIRS], "Owner", True, id="of-another-controller"),
        pytest.param([THEIRS], "Merge", False, id="which-may-be-merged-into"),
    ],
)
def test_who_owns_it(owners: list[dict[str, Any]], policy: str, is_refused: bool) -> None:
    scene = targets.scene(targets.live({}, ownerReferences=owners))
    obstacle = obstacles.to_write(scene, targets.spec(CONFIG_MAP, creationPolicy=policy))
    assert isinstance(obstacle, GrantError) is is_refused


def test_what_is_not_there_is_nobodys() -> None:
    assert obstacles.to_write(targets.scene(), targets.spec(CONFIG_MAP)) is None


@pytest.mark.parametrize(
    ("policy", "is_refused"), [pytest.param("Owner", False, id="owner"), pytest.param("Orphan", True, id="orphan")]
)
def test_only_what_is_owned_is_deleted(policy: str, is_refused: bool) -> None:
    spec = targets.spec(CONFIG_MAP, creationPolicy=policy, deletionPolicy="Delete")
    assert isinstance(obstacles.to_delete(targets.scene(), spec), SpecError) is is_refused
