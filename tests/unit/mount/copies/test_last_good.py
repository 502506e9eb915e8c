"""Copies that outlive the vault's answer: for whom, how long, at which cost, and what the disk may do to them."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from keyferry.model.identity import ClientId, Identity, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import (
    SecretBundle,
    SecretName,
    SecretProperties,
    SecretRef,
    SecretValue,
    SecretVersion,
    VaultUrl,
)
from keyferry.mount.copies.last_good import SKEW, STAMP_EVERY, LastGood, Limits
from keyferry.mount.copies.master_key import MasterKey
from keyferry.mount.copies.sealing import KEY_BYTES, Kept

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
KEY = MasterKey(value=SecretValue(b"m" * KEY_BYTES), is_new=False)
REF = SecretRef(vault_url=VaultUrl("https://kv.vault.azure.net"), name=SecretName("db"))
DAY = timedelta(days=1)


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


def identity(name: str = "api") -> Identity:
    return WorkloadIdentity(
        tenant_id=TenantId("t"),
        client_id=ClientId("c"),
        service_account=ServiceAccountRef(namespace="app", name=name),
        authority_host="https://h",
        audiences=("a",),
    )


def bundle(serial: int = 1, size: int = 9) -> SecretBundle:
    properties = SecretProperties(
        name=SecretName("db"),
        version=SecretVersion(f"{serial:032x}"),
        enabled=True,
        created=START,
        updated=START,
        expires=None,
        not_before=None,
        content_type="",
        tags=(),
    )
    return SecretBundle(properties=properties, value=SecretValue(b"swordfish".ljust(size, b"!")))


class Stage:
    """A folder, a clock, and the processes that work on it one after the other."""

    def __init__(self, tmp_path: Path) -> None:
        self.clock = Hands()
        self.folder = tmp_path / "plugin" / "last-good"
        self.key = KEY

    async def process(self, key: MasterKey | None = None, **limits: object) -> LastGood:
        made = LastGood(self.folder, key or self.key, self.clock, Limits(**limits))  # type: ignore[arg-type]  # the test's own limits
        await made.start()
        return made

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())

    @property
    def stamps(self) -> list[int]:
        """Which file lies under each name: a new one for each write."""
        return [path.stat().st_ino for path in self.files]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


async def test_the_identity_that_read_finds_its_copy_also_after_a_restart(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    expected = Kept(bundle=bundle(), at=START)

    assert await copies.find(identity(), REF) == expected
    assert await (await stage.process()).find(identity(), REF) == expected
    assert stage.folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in stage.files] == [0o600]
    assert b"swordfish" not in stage.files[0].read_bytes()


async def test_another_identity_and_another_object_find_nothing(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)

    assert await copies.find(identity("web"), REF) is None
    assert await copies.find(identity(), replace(REF, version=SecretVersion("1" * 32))) is None
    assert await copies.find(identity(), REF) is not None


async def test_an_unchanged_version_is_not_written_again_but_is_known_to_be_good_for_longer(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    written, later = stage.stamps, START + STAMP_EVERY - timedelta(seconds=1)
    stage.clock.time = later
    await copies.keep(identity(), REF, bundle(), later)

    assert stage.stamps == written
    assert await copies.find(identity(), REF) == Kept(bundle=bundle(), at=later)
    stage.clock.time = START + STAMP_EVERY
    await copies.keep(identity(), REF, bundle(), stage.clock.time)
    assert await (await stage.process()).find(identity(), REF) == Kept(bundle=bundle(), at=START + STAMP_EVERY)


@pytest.mark.parametrize(
    "changed", [bundle(2), replace(bundle(), properties=replace(bundle().properties, tags=(("a", "b"),)))]
)
async def test_a_change_replaces_the_copy(stage: Stage, changed: SecretBundle) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    await copies.keep(identity(), REF, changed, START)

    assert await copies.find(identity(), REF) == Kept(bundle=changed, at=START)
    assert len(stage.files) == 1


async def test_a_bundle_without_a_version_is_always_written(stage: Stage) -> None:
    copies = await stage.process()
    nameless = replace(bundle(), properties=replace(bundle().properties, version=SecretVersion("")))
    await copies.keep(identity(), REF, nameless, START)
    await copies.keep(identity(), REF, replace(nameless, value=SecretValue(b"other")), START)

    found = await copies.find(identity(), REF)
    assert found is not None
    assert found.bundle.value == SecretValue(b"other")


async def test_what_is_dropped_is_gone_for_all_time(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    await copies.drop(identity(), REF)
    await copies.drop(identity(), REF)

    assert await copies.find(identity(), REF) is None
    assert stage.files == []
    await copies.keep(identity(), REF, bundle(), START)
    assert await copies.find(identity(), REF) is not None


async def test_a_lost_key_opens_nothing_and_leaves_nothing(stage: Stage) -> None:
    await (await stage.process()).keep(identity(), REF, bundle(), START)
    lost = await stage.process(MasterKey(value=SecretValue(b"k" * KEY_BYTES), is_new=True))

    assert await lost.find(identity(), REF) is None
    assert stage.files == []


async def test_a_rest_of_a_crash_is_taken_away(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    (stage.folder / ("0" * 64 + ".new")).write_bytes(b"half")

    assert await (await stage.process()).find(identity(), REF) is not None
    assert len(stage.files) == 1


async def test_a_rest_of_a_crash_stops_no_write(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    stage.files[0].with_suffix(".new").write_bytes(b"half")
    await copies.keep(identity(), REF, bundle(2), START)

    assert await copies.find(identity(), REF) == Kept(bundle=bundle(2), at=START)


async def test_a_damaged_copy_is_never_served_and_is_taken_away(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    stage.files[0].write_bytes(stage.files[0].read_bytes()[:-1])

    with capture_logs() as logs:
        assert await copies.find(identity(), REF) is None
    assert [entry["event"] for entry in logs] == ["last_good.not_ours"]
    assert stage.files == []


async def test_a_copy_under_anothers_name_is_never_served(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity("web"), REF, bundle(2), START)
    of_web = stage.files[0]
    await copies.keep(identity(), REF, bundle(), START)
    of_api = next(path for path in stage.files if path != of_web)
    of_api.write_bytes(of_web.read_bytes())

    assert await copies.find(identity(), REF) is None
    assert await copies.find(identity("web"), REF) is not None


async def test_an_older_copy_put_back_is_never_served(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(1), START)
    old = stage.files[0].read_bytes()
    await copies.keep(identity(), REF, bundle(2), START + timedelta(minutes=1))
    stage.files[0].write_bytes(old)

    assert await copies.find(identity(), REF) is None


async def test_a_link_is_not_followed(stage: Stage, tmp_path: Path) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    stage.files[0].rename(tmp_path / "moved")
    (stage.folder / (await name_of(stage))).symlink_to(tmp_path / "moved")

    assert await copies.find(identity(), REF) is None


async def name_of(stage: Stage) -> str:
    """The name of the file of `identity()` and REF: what a process with the key writes."""
    other = Stage(stage.folder)
    await (await other.process()).keep(identity(), REF, bundle(), START)
    return other.files[0].name


async def test_while_the_clock_is_set_back_a_copy_has_no_age_and_is_not_served(stage: Stage) -> None:
    copies = await stage.process()
    await copies.keep(identity(), REF, bundle(), START)
    stage.clock.time = START - SKEW
    assert await copies.find(identity(), REF) is not None
    stage.clock.time = START - SKEW - timedelta(seconds=1)
    with capture_logs() as logs:
        assert await copies.find(identity(), REF) is None
    assert [entry["event"] for entry in logs] == ["last_good.from_the_future"]

    await copies.keep(identity(), REF, bundle(), stage.clock.time)
    assert await copies.find(identity(), REF) is not None
    stage.clock.time -= DAY
    await copies.keep(identity(), REF, bundle(), stage.clock.time)
    assert await (await stage.process()).find(identity(), REF) == Kept(bundle=bundle(), at=stage.clock.time)


async def test_a_copy_that_is_too_old_is_taken_away(stage: Stage) -> None:
    copies = await stage.process(longest=DAY)
    await copies.keep(identity(), REF, bundle(), START)
    stage.clock.time = START + DAY
    assert await copies.find(identity(), REF) is not None
    stage.clock.time += timedelta(seconds=1)

    assert await copies.find(identity(), REF) is None
    assert stage.files == []


async def test_sweeping_takes_the_too_old_ones_and_a_swept_one_may_come_again(stage: Stage) -> None:
    copies = await stage.process(longest=DAY)
    await copies.keep(identity(), REF, bundle(), START)
    stage.clock.time = START + DAY
    await copies.keep(identity("web"), REF, bundle(), stage.clock.time)
    await copies.sweep()
    assert len(stage.files) == 2
    stage.clock.time += timedelta(seconds=1)
    await copies.sweep()

    assert len(stage.files) == 1
    await copies.keep(identity(), REF, bundle(), START)
    assert len(stage.files) == 2


async def test_sweeping_keeps_the_newest_within_the_total(stage: Stage) -> None:
    copies = await stage.process(total_bytes=3_000)
    for number in range(5):
        stage.clock.time = START + timedelta(minutes=number)
        await copies.keep(identity(f"api-{number}"), REF, bundle(size=1_000), stage.clock.time)
    await copies.sweep()

    found = [await copies.find(identity(f"api-{number}"), REF) is not None for number in range(5)]
    assert found == [False, False, False, True, True]


async def test_a_disk_that_fails_costs_copies_alone_and_is_said_once(stage: Stage) -> None:
    stage.folder.parent.mkdir(parents=True)
    stage.folder.write_text("a file where the folder should be")
    with capture_logs() as logs:
        copies = await stage.process()
        await copies.keep(identity(), REF, bundle(), START)
        await copies.keep(identity(), REF, bundle(), START)
        assert await copies.find(identity(), REF) is None
        await copies.drop(identity(), REF)
        await copies.sweep()

    assert [entry["event"] for entry in logs] == ["last_good.disk_failed"]


async def test_all_at_once_each_finds_its_own(stage: Stage) -> None:
    copies = await stage.process()
    names = [f"api-{number}" for number in range(20)]
    await asyncio.gather(
        *(copies.keep(identity(name), REF, bundle(number), START) for number, name in enumerate(names)),
        *(copies.sweep() for _ in range(3)),
        *(copies.drop(identity("nobody"), REF) for _ in range(3)),
    )

    found = await asyncio.gather(*(copies.find(identity(name), REF) for name in names))
    assert found == [Kept(bundle=bundle(number), at=START) for number in range(20)]


OBJECTS = [(name, secret) for name in ("api", "web") for secret in ("db", "mq")]
STEPS = st.one_of(
    st.tuples(st.just("keep"), st.sampled_from(OBJECTS), st.integers(1, 2)),
    st.tuples(st.sampled_from(["find", "drop"]), st.sampled_from(OBJECTS), st.just(0)),
    st.tuples(st.sampled_from(["sweep", "restart", "lose the key"]), st.just(OBJECTS[0]), st.just(0)),
    st.tuples(st.just("wait"), st.just(OBJECTS[0]), st.sampled_from([1, 59, 9 * 60, 11 * 60, 12 * 3600])),
)


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=80)
async def test_whatever_happens_a_find_gives_what_the_identity_last_read_or_nothing(
    steps: list[tuple[str, tuple[str, str], int]],
) -> None:
    """Against a model: what was kept last for each pair, and when."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        copies = await stage.process(longest=DAY)
        model: dict[tuple[str, str], tuple[int, datetime]] = {}
        for step, ((what, (name, secret), number)) in enumerate([*steps, *(("find", pair, 0) for pair in OBJECTS)]):
            who, ref = identity(name), replace(REF, name=SecretName(secret))
            match what:
                case "keep":
                    await copies.keep(who, ref, bundle(number), stage.clock.time)
                    model[name, secret] = number, stage.clock.time
                case "drop":
                    await copies.drop(who, ref)
                    model.pop((name, secret), None)
                case "sweep":
                    await copies.sweep()
                case "restart":
                    copies = await stage.process(longest=DAY)
                case "lose the key":
                    stage.key = MasterKey(value=SecretValue(bytes([step]) * KEY_BYTES), is_new=False)
                    copies = await stage.process(replace(stage.key, is_new=True), longest=DAY)
                    model.clear()
                case "wait":
                    stage.clock.time += timedelta(seconds=number)
                case _:
                    check(await copies.find(who, ref), model.get((name, secret)), stage.clock.time)


def check(found: Kept | None, kept: tuple[int, datetime] | None, now: datetime) -> None:
    """A restart may forget the last minutes in which an unchanged copy was told to be good still, and nothing else."""
    if found is None:
        assert kept is None or now - kept[1] > DAY - STAMP_EVERY
        return
    assert kept is not None
    number, at = kept
    assert found.bundle == bundle(number)
    assert at - STAMP_EVERY < found.at <= at
    assert now - found.at <= DAY


@pytest.mark.parametrize("at_once", [pytest.param(True, id="at-once"), pytest.param(False, id="one-after-the-other")])
async def test_what_was_read_before_takes_no_newer_copys_place(stage: Stage, at_once: bool) -> None:
    copies, later = await stage.process(), START + timedelta(seconds=5)
    stage.clock.time = later
    newer, older = copies.keep(identity(), REF, bundle(2), later), copies.keep(identity(), REF, bundle(1), START)
    if at_once:
        await asyncio.gather(newer, older)
    else:
        await newer
        await older
    assert await copies.find(identity(), REF) == Kept(bundle=bundle(2), at=later)


async def test_a_clock_that_is_set_back_keeps_no_copy_from_being_kept(stage: Stage) -> None:
    copies = await stage.process()
    stage.clock.time = START + DAY
    await copies.keep(identity(), REF, bundle(1), START + DAY)
    stage.clock.time = START
    await copies.keep(identity(), REF, bundle(2), START)
    assert await copies.find(identity(), REF) == Kept(bundle=bundle(2), at=START)
