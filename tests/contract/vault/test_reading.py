"""What reading a vault promises, wherever the vault is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.errors import (
    AssertionRejected,
    GrantError,
    RoleMissing,
    SecretAbsent,
    Throttled,
    Unavailable,
)
from keyferry.model.identity import ClientId, WorkloadIdentity
from keyferry.model.secrets import SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.vault import probe
from keyferry.vault.probe import Verdict
from tests.fakes.vault_subjects import ABSENT_VAULT, Subject


def ref(vault: VaultUrl, name: str, version: str = "") -> SecretRef:
    return SecretRef(vault_url=vault, name=SecretName(name), version=SecretVersion(version))


async def test_a_value_comes_back_as_it_was_put(subject: Subject) -> None:
    value = 'line one\nzwei ä "quoted" \\ \u2028 {{ .x }}'
    version = await subject.put("odd-one", value)

    bundle = (await subject.reader.read(subject.identity, ref(subject.vault, "odd-one"))).bundle

    assert bundle.value.reveal() == value.encode()
    assert (bundle.properties.name, bundle.properties.version) == ("odd-one", version)
    assert bundle.properties.enabled
    assert bundle.properties.created is not None
    assert bundle.properties.updated is not None


async def test_a_rotated_value_is_the_latest_and_the_old_version_stays(subject: Subject) -> None:
    old = await subject.put("rotated", "first")
    new = await subject.put("rotated", "second")

    latest = (await subject.reader.read(subject.identity, ref(subject.vault, "rotated"))).bundle
    earlier = (await subject.reader.read(subject.identity, ref(subject.vault, "rotated", old))).bundle

    assert (latest.value.reveal(), latest.properties.version) == (b"second", new)
    assert (earlier.value.reveal(), earlier.properties.version) == (b"first", old)


async def test_names_are_found_whatever_their_case(subject: Subject) -> None:
    await subject.put("db-main", "v")

    bundle = (await subject.reader.read(subject.identity, ref(subject.vault, "db-main"))).bundle

    assert bundle.properties.name == "db-main"


@pytest.mark.parametrize("version", ["", "f" * 32])
async def test_what_does_not_exist_is_absent(subject: Subject, version: str) -> None:
    await subject.put("known", "v")
    name = "known" if version else "unknown"

    with pytest.raises(SecretAbsent, match=name):
        await subject.reader.read(subject.identity, ref(subject.vault, name, version))


async def test_a_disabled_secret_is_said_to_be(subject: Subject) -> None:
    await subject.put("sleeping", "v", enabled=False)

    with pytest.raises(GrantError, match="SecretDisabled"):
        await subject.reader.read(subject.identity, ref(subject.vault, "sleeping"))


async def test_a_vault_without_a_role_says_which(subject: Subject) -> None:
    for question in (
        subject.reader.read(subject.identity, ref(subject.closed_vault, "x")),
        subject.reader.list_properties(subject.identity, subject.closed_vault),
    ):
        with pytest.raises(RoleMissing, match="Key Vault Secrets User"):
            await question


async def test_a_vault_of_another_tenant_names_both(subject: Subject) -> None:
    with pytest.raises(GrantError, match=subject.identity.tenant_id):
        await subject.reader.read(subject.identity, ref(subject.foreign_vault, "x"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda subject: subject.untrusted, 70025, id="no-federated-credential"),
        pytest.param(lambda subject: subject.misnamed, 700213, id="another-subject"),
        pytest.param(
            lambda subject: replace(subject.identity, client_id=ClientId("00000000-1111-4111-8111-000000000000")),
            700016,
            id="unknown-client",
        ),
        pytest.param(
            lambda subject: replace(subject.identity, audiences=("api://elsewhere",)), 700212, id="another-audience"
        ),
    ],
)
async def test_a_refused_assertion_is_told_with_what_was_presented(
    subject: Subject, change: Callable[[Subject], WorkloadIdentity], code: int
) -> None:
    identity = change(subject)
    with pytest.raises(AssertionRejected) as caught:
        await subject.reader.read(identity, ref(subject.vault, "x"))

    assert caught.value.code == code
    assert identity.client_id in str(caught.value)
    assert str(identity.service_account) in str(caught.value)


async def test_a_vault_that_does_not_exist_is_unavailable(subject: Subject) -> None:
    with pytest.raises(Unavailable, match="kv-nowhere"):
        await subject.reader.read(subject.identity, ref(ABSENT_VAULT, "x"))


async def test_a_crowd_of_cold_reads_costs_one_challenge_and_one_token(subject: Subject) -> None:
    for number in range(3):
        await subject.put(f"crowd-{number}", str(number))

    reads = (subject.reader.read(subject.identity, ref(subject.vault, f"crowd-{number % 3}")) for number in range(60))
    found = await asyncio.gather(*reads)

    assert {one.bundle.value.reveal() for one in found} == {b"0", b"1", b"2"}
    assert subject.reader.counters == {
        (RequestKind.CHALLENGE, Outcome.OK): 1,
        (RequestKind.TOKEN, Outcome.OK): 1,
        (RequestKind.GET, Outcome.OK): 3,
    }


async def test_a_list_holds_every_page(subject: Subject) -> None:
    names = {f"page-{number:02}" for number in range(30)}
    for name in names:
        await subject.put(name, "v")

    found = (await subject.reader.list_properties(subject.identity, subject.vault)).properties

    assert names <= {entry.name for entry in found}
    assert len({entry.name for entry in found}) == len(found)
    assert all(entry.version == "" and entry.updated is not None for entry in found)


async def test_a_short_pause_is_waited_out(subject: Subject) -> None:
    await subject.put("busy", "v")
    subject.throttle(1)

    found = await subject.reader.read(subject.identity, ref(subject.vault, "busy"))

    assert found.bundle.value.reveal() == b"v"


async def test_a_long_pause_is_the_callers_to_wait(subject: Subject) -> None:
    await subject.put("busy", "v")
    subject.throttle(300)

    with pytest.raises(Throttled) as caught:
        await subject.reader.read(subject.identity, ref(subject.vault, "busy"))

    assert caught.value.retry_after == timedelta(seconds=300)


async def test_probes_tell_who_may(subject: Subject) -> None:
    async def verdicts(vault: VaultUrl) -> tuple[Verdict, Verdict]:
        reading = await probe.may_read(subject.clients, subject.identity, vault)
        listing = await probe.may_list(subject.clients, subject.identity, vault)
        return reading.verdict, listing.verdict

    assert await verdicts(subject.vault) == (Verdict.ALLOWED, Verdict.ALLOWED)
    assert await verdicts(subject.closed_vault) == (Verdict.REFUSED, Verdict.REFUSED)
    assert await verdicts(ABSENT_VAULT) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
