"""Secrets, certificates and keys written into the lab's vault, in virtual time."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.model.errors import GrantError, RoleMissing, SpecError, Unavailable
from keyferry.model.secrets import ObjectKind, SecretRef, SecretValue
from keyferry.vault.conflicts import NameTaken
from keyferry.vault.deeds import Deed
from keyferry.vault.throttle import Priority
from keyferry.vault.writing.desks import open_desk
from keyferry.vault.writing.wish import Outcome, Wish
from tests.fakes import certificates, lab_azure, virtual_time
from tests.fakes.writing_stage import OFFICER, OURS, READER, Stage, ref, writing_stage

ONE, OTHER = certificates.key_pair("one"), certificates.key_pair("other")
CERTIFICATES = {"certificate": b"".join(ONE), "other": b"".join(OTHER)}
EC, OTHER_EC, RSA = (lab_azure.private_key(spec).encode() for spec in ("P-256", "P-384", "RSA-2048"))


def wish(of: SecretRef, value: bytes = b"v", tags: dict[str, str] | None = None, **attributes: Any) -> Wish:
    return Wish(ref=of, value=SecretValue(value), tags=OURS | (tags or {}), **attributes)


def story(test: Callable[[Stage], Awaitable[None]]) -> Callable[[], None]:
    """Run the test on a stage of its own, in virtual time."""

    async def play() -> None:
        async with writing_stage() as stage:
            await test(stage)

    @functools.wraps(test)
    def run() -> None:
        virtual_time.run(play())

    del run.__wrapped__  # pytest would look for the stage among its fixtures
    return run


SECRET, CERTIFICATE, KEY = ref("new"), ref("new", ObjectKind.CERTIFICATE), ref("new", ObjectKind.KEY)
KINDS = [
    pytest.param(SECRET, b"one", b"other", "SecretSet 200", id="secret"),
    pytest.param(CERTIFICATE, CERTIFICATES["certificate"], CERTIFICATES["other"], "CertificateImport 200", id="cert"),
    pytest.param(KEY, EC, OTHER_EC, "KeyImport 200", id="ec-key"),
    pytest.param(KEY, RSA, EC, "KeyImport 200", id="rsa-key"),
]


@pytest.mark.parametrize(("of", "value", "other", "count"), KINDS)
def test_a_value_is_written_once_and_again_when_it_differs(
    of: SecretRef, value: bytes, other: bytes, count: str
) -> None:
    async def play() -> None:
        async with writing_stage() as stage:
            assert await stage.writer.push(OFFICER, wish(of, value)) is Outcome.WRITTEN
            assert await stage.writer.push(OFFICER, wish(of, value)) is Outcome.UNCHANGED
            assert stage.counts()[count] == 1
            assert await stage.writer.push(OFFICER, wish(of, other)) is Outcome.WRITTEN
            assert await stage.writer.push(OFFICER, wish(of, other, {"team": "a"})) is Outcome.UPDATED
            assert await stage.writer.push(OFFICER, wish(of, other, {"team": "a"})) is Outcome.UNCHANGED
            assert stage.counts()[count] == 2
            assert await stage.writer.push(OFFICER, wish(of, value), only_if_absent=True) is Outcome.LEFT
            assert await stage.writer.remove(OFFICER, of) is Outcome.REMOVED
            assert await stage.writer.remove(OFFICER, of) is Outcome.ABSENT

    virtual_time.run(play())


@pytest.mark.parametrize(("of", "value", "other", "count"), KINDS)
def test_what_we_deleted_is_recovered_and_then_written(of: SecretRef, value: bytes, other: bytes, count: str) -> None:
    async def play() -> None:
        async with writing_stage() as stage:
            await stage.writer.push(OFFICER, wish(of, value))
            await stage.writer.remove(OFFICER, of)
            with pytest.raises(Unavailable, match="is being recovered") as wait:
                await stage.writer.push(OFFICER, wish(of, other))
            assert wait.value.retry_after is not None
            assert await stage.writer.push(OFFICER, wish(of, other)) is Outcome.WRITTEN
            assert stage.counts()[count] == 2

    virtual_time.run(play())


@story
async def test_somebody_else_s_deleted_secret_keeps_its_name(stage: Stage) -> None:
    await stage.writer.push(OFFICER, Wish(ref=SECRET, value=SecretValue(b"v"), tags={}))
    await _delete(stage)
    with pytest.raises(NameTaken, match="can still be recovered"):
        await stage.writer.push(OFFICER, wish(SECRET))


async def _delete(stage: Stage) -> None:
    client = stage.clients.of(SECRET.vault_url, OFFICER)
    opening = functools.partial(open_desk, ObjectKind.SECRET)
    await client.write(
        SECRET, Deed.DELETE, opening, lambda desk, options: desk.delete("new", options), Priority.FIRST_READ
    )


@story
async def test_without_the_right_to_look_at_it_a_deleted_secret_is_taken_for_somebody_else_s(stage: Stage) -> None:
    await stage.writer.push(OFFICER, wish(SECRET))
    await stage.writer.remove(OFFICER, SECRET)
    refused = Fault(kind=Kind.STATUS, status=403)
    stage.faults.put(Service.VAULT, Rule(fault=refused, path="/deletedsecrets"))
    with pytest.raises(NameTaken):
        await stage.writer.push(OFFICER, wish(SECRET))


@pytest.mark.parametrize("name", ["db-password", "versioned"])
def test_somebody_else_s_secret_is_refused_and_never_deleted(name: str) -> None:
    async def play() -> None:
        async with writing_stage() as stage:
            with pytest.raises(GrantError, match="belongs to somebody else"):
                await stage.writer.push(OFFICER, wish(ref(name)))
            assert await stage.writer.remove(OFFICER, ref(name)) is Outcome.FOREIGN
            assert await stage.writer.push(OFFICER, wish(ref(name)), only_if_absent=True) is Outcome.LEFT
            assert not {"SecretSet 200", "SecretDelete 200"} & stage.counts().keys()

    virtual_time.run(play())


@story
async def test_the_secret_of_a_certificate_is_the_certificate_s(stage: Stage) -> None:
    await stage.writer.push(OFFICER, wish(CERTIFICATE, CERTIFICATES["certificate"]))
    for of in (SECRET, KEY):
        with pytest.raises(GrantError, match="belongs to the certificate"):
            await stage.writer.push(OFFICER, wish(of, EC))
        assert await stage.writer.remove(OFFICER, of) is Outcome.FOREIGN


@story
async def test_expiry_and_content_type_come_and_go(stage: Stage) -> None:
    soon = datetime(2100, 1, 1, tzinfo=UTC)
    assert await stage.writer.push(OFFICER, wish(SECRET, content_type="text/plain")) is Outcome.WRITTEN
    assert await stage.writer.push(OFFICER, wish(SECRET, expires=soon)) is Outcome.UPDATED
    assert await stage.writer.push(OFFICER, wish(SECRET, expires=soon)) is Outcome.UNCHANGED
    assert await stage.writer.push(OFFICER, wish(SECRET)) is Outcome.WRITTEN
    assert await stage.writer.push(OFFICER, wish(SECRET, content_type="text/plain")) is Outcome.UNCHANGED
    assert await stage.writer.push(OFFICER, wish(SECRET, content_type="text/html")) is Outcome.UPDATED


@story
async def test_an_absent_object_is_written_where_it_is_to_be_left_alone(stage: Stage) -> None:
    assert await stage.writer.push(OFFICER, wish(SECRET), only_if_absent=True) is Outcome.WRITTEN


@story
async def test_who_may_only_read_is_told_which_role_writes(stage: Stage) -> None:
    with pytest.raises(RoleMissing, match='assign the role "Key Vault Secrets Officer"'):
        await stage.writer.push(READER, wish(SECRET))
    with pytest.raises(RoleMissing, match=r"deleting certificate new failed.*Key Vault Certificates Officer"):
        await stage.writer.remove(READER, CERTIFICATE)


@story
async def test_a_disabled_secret_is_left_alone(stage: Stage) -> None:
    with pytest.raises(GrantError, match="SecretDisabled"):
        await stage.writer.push(OFFICER, wish(ref("off")))


@pytest.mark.parametrize(
    ("of", "value", "words"),
    [
        pytest.param(SECRET, b"\xff", "is no text", id="no-text"),
        pytest.param(SECRET, b"x" * 25_601, "25600", id="long"),
        pytest.param(CERTIFICATE, b"nonsense", "not a certificate", id="no-certificate"),
        pytest.param(CERTIFICATE, ONE[0], "holds no private key", id="certificate-alone"),
        pytest.param(KEY, ONE[0], "is no private key", id="certificate-for-a-key"),
        pytest.param(KEY, b"not-a-pem-block", "only a managed HSM takes symmetric ones", id="symmetric"),
    ],
)
def test_what_no_vault_takes_is_refused_without_a_word_of_it(of: SecretRef, value: bytes, words: str) -> None:
    async def play() -> None:
        async with writing_stage() as stage:
            with pytest.raises(SpecError, match=words) as refusal:
                await stage.writer.push(OFFICER, wish(of, value))
            assert value.decode(errors="replace") not in str(refusal.value)

    virtual_time.run(play())


@pytest.mark.parametrize(("of", "value", "other", "count"), KINDS)
def test_a_deletion_or_recovery_that_takes_its_time_is_waited_for(
    of: SecretRef, value: bytes, other: bytes, count: str
) -> None:
    """As in the cloud: for some seconds the object is neither here nor there."""

    async def play() -> None:
        async with writing_stage() as stage:
            found = stage.azure.vaults.by_name("kv-one")
            assert found is not None
            found.objects.deletion_seconds = 4
            await stage.writer.push(OFFICER, wish(of, value))
            await stage.writer.remove(OFFICER, of)
            waits = 0
            while True:
                try:
                    outcome = await stage.writer.push(OFFICER, wish(of, other))
                    break
                except Unavailable as wait:
                    waits += 1
                    await asyncio.sleep((wait.retry_after or timedelta()).total_seconds())
            assert (outcome, waits) == (Outcome.WRITTEN, 2)
            assert stage.counts()[count] == 2

    virtual_time.run(play())
