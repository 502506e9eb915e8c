from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import GrantError, KeyferryError, SecretAbsent, Throttled, Unavailable
from keyferry.model.secrets import VaultUrl
from keyferry.vault import fallback
from tests.fakes import virtual_time

FIRST, SECOND, THIRD = (VaultUrl(f"https://kv-{name}.vault.azure.net") for name in ("first", "second", "third"))
DOWN = Unavailable(what="the vault does not answer", cause="no route", retry_after=timedelta(seconds=7))
BUSY = Throttled(what="fewer requests, please")
REFUSED = GrantError(what="refused")
ABSENT = SecretAbsent(what="there is no such secret")


class Vaults:
    """Vaults that answer or fail as told, and who was asked."""

    def __init__(self, **failures: KeyferryError | None) -> None:
        self.failures = {VaultUrl(f"https://kv-{name}.vault.azure.net"): failure for name, failure in failures.items()}
        self.asked: list[VaultUrl] = []

    async def answer(self, url: VaultUrl) -> str:
        self.asked.append(url)
        failure = self.failures.get(url)
        if failure is not None:
            raise failure
        return f"of {url}"


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
    delivered = await fallback.ask(vaults.answer, FIRST, (SECOND, THIRD))
    assert delivered == fallback.Delivered(answer=f"of {source}", vault_url=source, instead_of=failures.get("first"))
    assert vaults.asked == asked


@pytest.mark.parametrize("failure", [pytest.param(each, id=type(each).__name__) for each in (REFUSED, ABSENT, BUSY)])
async def test_a_vault_that_answers_has_the_last_word(failure: KeyferryError) -> None:
    vaults = Vaults(first=failure)
    with pytest.raises(type(failure)) as caught:
        await fallback.ask(vaults.answer, FIRST, (SECOND,))
    assert caught.value is failure
    assert vaults.asked == [FIRST]


async def test_without_fallbacks_the_failure_stays_what_it_is() -> None:
    with pytest.raises(Unavailable) as caught:
        await fallback.ask(Vaults(first=DOWN).answer, FIRST, ())
    assert caught.value is DOWN


async def test_when_none_helps_the_first_failure_is_told_with_the_others() -> None:
    with pytest.raises(Unavailable) as caught:
        await fallback.ask(Vaults(first=DOWN, second=ABSENT, third=REFUSED).answer, FIRST, (SECOND, THIRD))
    assert caught.value.what == DOWN.what
    assert caught.value.retry_after == DOWN.retry_after
    assert "no route" in caught.value.cause
    assert "kv-second: there is no such secret" in caught.value.cause
    assert "kv-third: refused" in caught.value.cause


async def test_reads_return_to_the_first_vault_when_it_recovers() -> None:
    vaults = Vaults(first=DOWN)
    sources = [(await fallback.ask(vaults.answer, FIRST, (SECOND,))).vault_url]
    vaults.failures[FIRST] = None
    sources.append((await fallback.ask(vaults.answer, FIRST, (SECOND,))).vault_url)
    assert sources == [SECOND, FIRST]


@given(st.lists(st.sampled_from([None, DOWN, BUSY, REFUSED, ABSENT]), min_size=3, max_size=3))
def test_absence_is_only_ever_the_first_vaults_word(outcomes: list[KeyferryError | None]) -> None:
    vaults = Vaults(**dict(zip(("first", "second", "third"), outcomes, strict=True)))
    noted: list[KeyferryError] = []
    with suppress(KeyferryError):
        delivered = virtual_time.run(_noting(fallback.ask(vaults.answer, FIRST, (SECOND, THIRD)), noted))
        assert vaults.failures[delivered.vault_url] is None
        assert (delivered.instead_of is None) == (delivered.vault_url == FIRST)
    failure = noted[0] if noted else None
    assert not isinstance(failure, SecretAbsent) or outcomes[0] is ABSENT
    assert failure is None or failure is outcomes[0] or type(failure) is Unavailable


async def _noting(
    reading: Coroutine[Any, Any, fallback.Delivered[str]], noted: list[KeyferryError]
) -> fallback.Delivered[str]:
    try:
        return await reading
    except KeyferryError as failure:
        noted.append(failure)
        raise
