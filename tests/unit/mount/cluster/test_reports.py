from datetime import UTC, datetime, timedelta

import pytest

from keyferry.kube.wire.objects import OwnerReference
from keyferry.model.errors import GrantError, KeyferryError, Unavailable
from keyferry.mount.cluster.reports import Reports
from keyferry.mount.cluster.status_plan import Shown
from keyferry.mount.cluster.synced_secrets import Mounted
from keyferry.mount.known import Volume
from keyferry.mount.state import PodRef
from keyferry.spec.problems import Problem
from keyferry.spec.secret_provider_class import KeySource, SecretObject, SecretProviderClass
from tests.fakes.mount_stage import payload, request, spec

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
STATUS = OwnerReference(api_version="v1", kind="K", name="status", uid="u")
WANTED = SecretObject(secret_name="app", type="Opaque", data=(KeySource(key="P", object_name="password"),))


class Statuses:
    def __init__(self) -> None:
        self.told: list[tuple[PodRef, Shown]] = []
        self.fails: KeyferryError | None = None

    async def tell(self, pod: PodRef, shown: Shown) -> OwnerReference:
        if self.fails is not None:
            raise self.fails
        self.told.append((pod, shown))
        return STATUS


class Secrets:
    def __init__(self) -> None:
        self.synced: list[Mounted] = []
        self.failures: tuple[KeyferryError, ...] = ()
        self.left_for: list[KeyferryError] = []

    async def sync(self, spec: SecretProviderClass, mounted: Mounted) -> tuple[KeyferryError, ...]:
        self.synced.append(mounted)
        return self.failures

    def left(self, spec: SecretProviderClass, pod: PodRef, problem: KeyferryError) -> None:
        self.left_for.append(problem)


@pytest.fixture
def statuses() -> Statuses:
    return Statuses()


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def reports(statuses: Statuses, secrets: Secrets) -> Reports:
    return Reports(statuses, secrets)


def volume() -> Volume:
    return Volume(request=request(), payload=payload({"password": "one"}), verified_at=NOW)


async def test_the_status_says_what_is_mounted(reports: Reports, statuses: Statuses, secrets: Secrets) -> None:
    one = volume()
    assert await reports.tell(one, spec())
    versions = payload({"password": "one"}).versions
    shown = Shown(class_name="secrets", target_path=one.request.target_path, versions=versions)
    assert statuses.told == [(one.request.pod, shown)]
    assert secrets.synced == [], "the class wants none"


async def test_secrets_are_made_of_the_files(reports: Reports, secrets: Secrets) -> None:
    assert await reports.tell(volume(), spec(secret_objects=(WANTED,)))
    (mounted,) = secrets.synced
    assert mounted.files["password"].reveal() == b"one"
    assert (mounted.status, mounted.as_of, mounted.is_copy) == (STATUS, NOW, False)


async def test_a_copy_is_as_old_as_when_it_was_read(reports: Reports, secrets: Secrets) -> None:
    one = volume()
    one.stale_since = NOW - timedelta(hours=3)
    await reports.tell(one, spec(secret_objects=(WANTED,)))
    (mounted,) = secrets.synced
    assert (mounted.as_of, mounted.is_copy) == (one.stale_since, True)


async def test_a_faulty_entry_is_told_even_where_it_is_the_only_one(reports: Reports, secrets: Secrets) -> None:
    faulty = spec(secret_problems=(Problem(path="spec.secretObjects[0].type", message="is missing"),))
    await reports.tell(volume(), faulty)
    assert len(secrets.synced) == 1


@pytest.mark.parametrize(
    ("failure", "is_told"),
    [
        pytest.param(Unavailable(what="the API server is down"), False, id="passes-by-itself"),
        pytest.param(GrantError(what="the node may not write it"), True, id="somebody-must-mend-it"),
    ],
)
async def test_what_passes_by_itself_is_tried_again_soon(
    reports: Reports, statuses: Statuses, secrets: Secrets, failure: KeyferryError, is_told: bool
) -> None:
    secrets.failures = (failure,)
    assert await reports.tell(volume(), spec(secret_objects=(WANTED,))) is is_told
    statuses.fails = failure
    assert await reports.tell(volume(), spec(secret_objects=(WANTED,))) is is_told
    assert secrets.left_for == [failure] * is_told, "a pod that waits for its Secret is told why it does not come"


async def test_the_status_says_why_the_files_stay(reports: Reports, statuses: Statuses) -> None:
    one = volume()
    await reports.tell_problem(one, "the vault is down")
    ((_, shown),) = statuses.told
    assert (shown.problem, shown.versions) == ("the vault is down", payload({"password": "one"}).versions)


async def test_a_problem_that_cannot_be_told_is_no_problem_more(reports: Reports, statuses: Statuses) -> None:
    statuses.fails = Unavailable(what="the API server is down")
    await reports.tell_problem(volume(), "the vault is down")
    await reports.tell_problem(Volume(request=request()), "nothing is known of what it shows")
    assert statuses.told == []
