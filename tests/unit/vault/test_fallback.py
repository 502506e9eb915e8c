from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import GrantError, KeyferryError, SecretAbsent, Throttled, Unavailable
from keyferry.model.secrets import (
    SecretBundle,
    SecretName,
    SecretProperties,
    SecretRef,
    SecretValue,
    SecretVersion,
    VaultUrl,
)
from keyferry.vault import fallback
from keyferry.vault.verified import Verified
from tests.fakes import virtual_time

FIRST, SECOND, THIRD = (VaultUrl(f"https://kv-{name}.vault.azure.net") for name in ("first", "second", "third"))
REF = SecretRef(vault_url=FIRST, name=SecretName("db"))
DOWN = Unavailable(what="the vault does not answer", cause="no route", retry_after=timedelta(seconds=7))
BUSY = Throttled(what="fewer requests, please")
REFUSED = GrantError(what="refused")
ABSENT = SecretAbsent(what="there is no such secret")


def _value(vault: VaultUrl) -> Verified:
    properties = SecretProperties(
        name=REF.name,
        version=SecretVersion(""),
        enabled=True,
        created=None,
        updated=None,
        expires=None,
        not_before=None,
        content_type="",
        tags=(),
    )
    bundle = SecretBundle(properties=properties, value=SecretValue(vault.encode()))
    return Verified(bundle=bundle, at=datetime(2026, 1, 1, tzinfo=UTC))


class Vaults:
    """Vaults that answer or fail as told, and who was asked."""

    def __init__(self, **failures: KeyferryError | None) -> None:
        self.failures = {VaultUrl(f"https://kv-{name}.vault.azure.net"): failure for name, failure in failures.items()}
        self.asked: list[VaultUrl] = []

    async def read(self, ref: SecretRef) -> Verified:
        self.asked.append(ref.vault_url)
        failure = self.failures.get(ref.vault_url)
        if failure is not None:
            raise failure
        return _value(ref.vault_url)


@pytest.mark.parametrize(
    ("failures", "source", "asked"),
    [
        pytest.param({}, FIRST, [FIRST], id="all-is-well"),
        pytest.param({"first": DOWN}, SECOND, [FIRST, SECOND], id="the-first-is-down"),
        pytest.param({"first": DOWN, "second": DOWN}, THIRD, [FIRST, SECOND, THIRD], id="two-are-down"),
        pytest.param({"first": DOWN, "second": ABSENT}, THIRD, [FIRST, SECOND, THIRD], id="a-gap-in-the-second"),
        pytest.param({"first": DOWN, "second": REFUSED}, THIRD, [FIRST, SECOND, THIRD], id="no-role-at-the-second"),
    ],
)
async def test_the_first_vault_that_is_available_gives_it(
    failures: dict[str, KeyferryError], source: VaultUrl, asked: list[VaultUrl]
) -> None:
    vaults = Vaults(**failures)
    delivered = await fallback.read(vaults.read, REF, (SECOND, THIRD))
    assert delivered == fallback.Delivered(verified=_value(source), vault_url=source, instead_of=failures.get("first"))
    assert vaults.asked == asked


@pytest.mark.parametrize("failure", [pytest.param(each, id=type(each).__name__) for each in (REFUSED, ABSENT, BUSY)])
async def test_a_vault_that_answers_has_the_last_word(failure: KeyferryError) -> None:
    vaults = Vaults(first=failure)
    with pytest.raises(type(failure)) as caught:
        await fallback.read(vaults.read, REF, (SECOND,))
    assert caught.value is failure
    assert vaults.asked == [FIRST]


async def test_without_fallbacks_the_failure_stays_what_it_is() -> None:
    with pytest.raises(Unavailable) as caught:
        await fallback.read(Vaults(first=DOWN).read, REF, ())
    assert caught.value is DOWN


async def test_when_none_helps_the_first_failure_is_told_with_the_others() -> None:
    with pytest.raises(Unavailable) as caught:
        await fallback.read(Vaults(first=DOWN, second=ABSENT, third=REFUSED).read, REF, (SECOND, THIRD))
    assert caught.value.what == DOWN.what
    assert caught.value.retry_after == DOWN.retry_after
    assert "no route" in caught.value.cause
    assert "kv-second: there is no such secret" in caught.value.cause
    assert "kv-third: refused" in caught.value.cause


async def test_reads_return_to_the_first_vault_when_it_recovers() -> None:
    vaults = Vaults(first=DOWN)
    sources = [(await fallback.read(vaults.read, REF, (SECOND,))).vault_url]
    vaults.failures[FIRST] = None
    sources.append((await fallback.read(vaults.read, REF, (SECOND,))).vault_url)
    assert sources == [SECOND, FIRST]


@given(st.lists(st.sampled_from([None, DOWN, BUSY, REFUSED, ABSENT]), min_size=3, max_size=3))
def test_absence_is_only_ever_the_first_vaults_word(outcomes: list[KeyferryError | None]) -> None:
    vaults = Vaults(**dict(zip(("first", "second", "third"), outcomes, strict=True)))
    noted: list[KeyferryError] = []
    with suppress(KeyferryError):
        delivered = virtual_time.run(_noting(fallback.read(vaults.read, REF, (SECOND, THIRD)), noted))
        assert vaults.failures[delivered.vault_url] is None
        assert (delivered.instead_of is None) == (delivered.vault_url == FIRST)
    failure = noted[0] if noted else None
    assert not isinstance(failure, SecretAbsent) or outcomes[0] is ABSENT
    assert failure is None or failure is outcomes[0] or type(failure) is Unavailable


async def _noting(reading: Coroutine[Any, Any, fallback.Delivered], noted: list[KeyferryError]) -> fallback.Delivered:
    try:
        return await reading
    except KeyferryError as failure:
        noted.append(failure)
        raise
