"""Tokens that the cluster signs are kept for their time; the file's is read anew, and a bad file explained."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.identity.assertions import LIMIT_BYTES, Assertions, KeptByKubelet, SignedByCluster
from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.model.identity import ClientId, ProjectedIdentity, ServiceAccountRef, TenantId, WorkloadIdentity
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.token_source import FakeTokenSource, unsigned_jwt

ACCOUNT = ServiceAccountRef(namespace="app", name="api")
IDENTITY = WorkloadIdentity(
    tenant_id=TenantId("t"),
    client_id=ClientId("c"),
    service_account=ACCOUNT,
    authority_host="https://h",
    audiences=("a",),
)
JWT = unsigned_jwt({"iss": "i"})


def own(path: Path) -> KeptByKubelet:
    return KeptByKubelet(
        ProjectedIdentity(
            tenant_id=TenantId("t"), client_id=ClientId("c"), authority_host="https://h", token_file=str(path)
        )
    )


async def test_a_signed_token_is_kept_until_shortly_before_its_end() -> None:
    clock = OffsetClock()
    tokens = FakeTokenSource(clock, ACCOUNT)
    signed: Assertions = SignedByCluster(IDENTITY, tokens, clock)
    kept = [signed.is_kept]
    first = await signed.current()
    kept.append(signed.is_kept)
    assert kept == [False, True]
    clock.advance(timedelta(minutes=54))
    assert await signed.current() == first
    clock.advance(timedelta(minutes=2))

    assert await signed.current() != first
    assert tokens.requests == 2
    await signed.close()


async def test_a_crowd_has_one_token_signed_and_a_discarded_one_is_signed_again() -> None:
    clock = OffsetClock()
    tokens = FakeTokenSource(clock, ACCOUNT)
    signed = SignedByCluster(IDENTITY, tokens, clock)

    await asyncio.gather(*(signed.current() for _ in range(50)))
    signed.discard()
    await signed.current()

    assert tokens.requests == 2


@pytest.mark.parametrize(
    "end", [pytest.param("", id="bare"), pytest.param("\n", id="newline"), pytest.param("\r\n", id="two-line-ends")]
)
async def test_reads_the_file_anew_and_leaves_out_its_line_end(tmp_path: Path, end: str) -> None:
    file = tmp_path / "token"
    file.write_text(JWT + end)
    kept: Assertions = own(file)
    assert (await kept.current()).reveal() == JWT.encode()
    renewed = unsigned_jwt({"iss": "j"})
    file.write_text(renewed + end)

    assert (await kept.current()).reveal() == renewed.encode()
    assert not kept.is_kept
    kept.discard()
    await kept.close()


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        pytest.param(None, NotFound, "does not exist", id="missing"),
        pytest.param(b"", SpecError, "it is empty", id="empty"),
        pytest.param(b" \n", SpecError, "it is empty", id="blank"),
        pytest.param(b"hunter2", SpecError, "is not a JSON Web Token", id="no-token"),
        pytest.param(b"\xff.\xfe.\xfd", SpecError, "is not a JSON Web Token", id="no-text"),
        pytest.param(b"a.b." + b"c" * LIMIT_BYTES, SpecError, "is not a JSON Web Token", id="too-long"),
    ],
)
async def test_says_what_is_wrong_with_a_file(
    tmp_path: Path, content: bytes | None, kind: type[KeyferryError], words: str
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(kind, match=words) as caught:
        await own(file).current()

    assert str(file) in str(caught.value)
    assert caught.value.remedy
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


async def test_a_file_that_cannot_be_read_names_why(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="Is a directory"):
        await own(tmp_path).current()
