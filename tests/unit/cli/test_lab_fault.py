"""Faults of a running lab, typed as a person does."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from keyferry.cli.session import Session
from tests.fakes import command_line
from tests.fakes.command_line import Ended

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def _all_well(session: Session) -> None:
    session.lab.faults.clear()


async def typed(session: Session, *arguments: str) -> Ended:
    """Run `keyferry lab fault ARGUMENTS…` beside the lab."""
    return await asyncio.to_thread(command_line.run, "lab", "fault", *arguments, "--dir", str(session.lab.folder))


@pytest.mark.parametrize(
    ("arguments", "rule", "shown"),
    [
        pytest.param(
            "vault --status 429 --retry-after 5 --retry-after-date --requests 2",
            {"kind": "status", "status": 429, "retryAfterSeconds": 5, "retryAfterDate": True, "requests": 2},
            ["429, retry after 5 s", "everywhere", "2 requests"],
            id="throttled",
        ),
        pytest.param("entra --outage", {"kind": "reset"}, ["reset", "until cleared"], id="outage"),
        pytest.param(
            "issuer --latency-ms 250 --jitter-ms 1500",
            {"kind": "none", "latencySeconds": 0.25, "jitterSeconds": 1.5},
            ["250ms late, 1.5s jitter"],
            id="slow",
        ),
        pytest.param("arm --stall --method put --path /x", {"kind": "stall", "method": "PUT"}, ["PUT /x"], id="stall"),
        pytest.param("vault --stall-midway", {"kind": "stall-midway"}, ["stall-midway"], id="stall-midway"),
        pytest.param("vault --cut --rate 0.2", {"kind": "cut", "rate": 0.2}, ["cut, at 20%"], id="cut-by-chance"),
        pytest.param("vault --garbage --host a.b", {"kind": "garbage", "host": "a.b"}, ["a.b"], id="garbage"),
        pytest.param(
            "vault --certificate expired",
            {"kind": "certificate", "certificate": "expired"},
            ["certificate expired"],
            id="certificate",
        ),
        pytest.param("entra --skew -10m", {"skewSeconds": -600}, ["-10m0s ahead"], id="skew"),
        pytest.param("entra --skew 10m --for 1h", {"skewSeconds": 600}, ["until 20"], id="for-a-while"),
    ],
)
async def test_a_rule_is_set_and_shown(
    session: Session, arguments: str, rule: dict[str, Any], shown: list[str]
) -> None:
    ended = await typed(session, *arguments.split())
    assert [word for word in shown if word not in ended.output] == []
    told = json.loads((await typed(session, "-o", "json")).output)["rules"]
    assert len(told) == 1
    assert rule.items() <= told[0].items()


async def test_rules_add_up_and_go(session: Session) -> None:
    await typed(session, "vault", "--outage")
    await typed(session, "vault", "--latency-ms", "5")
    await typed(session, "entra", "--outage", "--chance-seed", "9")
    numbers = [held.id for held in session.lab.faults.rules(session.lab.now())]
    assert len(numbers) == 3
    assert session.lab.faults.chance.seed == 9
    assert len(json.loads((await typed(session, "vault", "-o", "json")).output)["rules"]) == 2
    await typed(session, "--remove", str(numbers[0]))
    assert [held.id for held in session.lab.faults.rules(session.lab.now())] == numbers[1:]
    await typed(session, "vault", "--clear")
    assert [held.id for held in session.lab.faults.rules(session.lab.now())] == numbers[2:]
    assert "nothing goes wrong" in (await typed(session, "--clear")).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param("nonsense", "nonsense", id="service"),
        pytest.param("vault --status 200", "429, or one from 500 to 599", id="status"),
        pytest.param("vault --requests 0 --outage", "--requests", id="requests"),
        pytest.param("vault --requests 5", "nothing goes wrong", id="no-fault"),
        pytest.param("--outage", "no service is named", id="no-service"),
        pytest.param("vault --outage --cut", "fails in one way", id="two-ways"),
        pytest.param("vault --outage --clear", "take no rule", id="clear-and-set"),
        pytest.param("vault --skew soon", "is not a duration", id="duration"),
        pytest.param("imds --certificate expired", "plain HTTP", id="no-tls"),
    ],
)
async def test_a_fault_that_is_none(session: Session, arguments: str, words: str) -> None:
    ended = await typed(session, *arguments.split())
    assert ended.code == 2
    assert words in ended.errors
    assert session.lab.faults.rules(session.lab.now()) == ()


async def test_where_no_lab_runs(folder: Path) -> None:
    ended = await asyncio.to_thread(command_line.run, "lab", "fault", "vault", "--outage", "--dir", str(folder))
    assert ended.code == 1
    assert f"no lab runs in {folder}" in ended.errors
