from datetime import timedelta

import pytest

from keyferry.lab.world.faults import FINE, Fault, Faults, Kind, Rule, Service
from keyferry.lab.world.http import Request

REQUEST = Request(method="GET", host="kv-one.vault.azure.net", path="/secrets/a")
THROTTLED = Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=2))
SLOW = timedelta(milliseconds=20)


def test_nothing_goes_wrong_by_itself() -> None:
    assert Faults().decide(Service.VAULT, REQUEST) == FINE


def test_fails_until_cleared() -> None:
    faults = Faults()
    faults.put(Service.VAULT, Rule(fault=THROTTLED))
    assert [faults.decide(Service.VAULT, REQUEST) for _ in range(3)] == [THROTTLED] * 3
    faults.clear(Service.VAULT)
    assert faults.decide(Service.VAULT, REQUEST) == FINE


def test_fails_for_the_next_requests_and_stays_slow_after_them() -> None:
    faults = Faults()
    failing = Fault(kind=Kind.RESET, latency=SLOW)
    faults.put(Service.ENTRA, Rule(fault=failing, remaining=2))
    assert [faults.decide(Service.ENTRA, REQUEST) for _ in range(3)] == [failing, failing, Fault(latency=SLOW)]


def test_latency_alone_is_not_counted() -> None:
    faults = Faults()
    faults.put(Service.ENTRA, Rule(fault=Fault(latency=SLOW), remaining=1))
    assert [faults.decide(Service.ENTRA, REQUEST).latency for _ in range(3)] == [SLOW] * 3


@pytest.mark.parametrize(
    ("rule", "service", "meets"),
    [
        pytest.param(Rule(fault=THROTTLED), Service.VAULT, True, id="all-requests-of-the-service"),
        pytest.param(Rule(fault=THROTTLED), Service.ARM, False, id="no-other-service"),
        pytest.param(Rule(fault=THROTTLED, host=REQUEST.host), Service.VAULT, True, id="the-host-named"),
        pytest.param(Rule(fault=THROTTLED, host="kv-two.vault.azure.net"), Service.VAULT, False, id="no-other-host"),
        pytest.param(Rule(fault=THROTTLED, path="/secrets/"), Service.VAULT, True, id="the-beginning-of-the-path"),
        pytest.param(Rule(fault=THROTTLED, path="/deleted"), Service.VAULT, False, id="no-other-path"),
    ],
)
def test_a_rule_meets(rule: Rule, service: Service, meets: bool) -> None:
    faults = Faults()
    faults.put(Service.VAULT, rule)
    assert (faults.decide(service, REQUEST) == THROTTLED) is meets


def test_clearing_all_clears_each() -> None:
    faults = Faults()
    for service in Service:
        faults.put(service, Rule(fault=THROTTLED))
    assert set(faults.rules) == set(Service)
    faults.clear()
    assert faults.rules == {}
