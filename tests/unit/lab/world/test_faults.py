from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.world.chance import Chance
from keyferry.lab.world.faults import FINE, Fault, Faults, Flaw, Kind, Rule, Service
from keyferry.lab.world.http import Request

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REQUEST = Request(method="GET", host="kv-one.vault.azure.net", path="/secrets/a")
THROTTLED = Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=2))
SLOW = timedelta(milliseconds=20)
EXPIRED = Fault(kind=Kind.CERTIFICATE, flaw=Flaw.EXPIRED)


def decided(faults: Faults, service: Service = Service.VAULT, request: Request = REQUEST) -> Fault:
    """What happens to a request now."""
    return faults.decide(service, request, NOW)


def test_nothing_goes_wrong_by_itself() -> None:
    assert decided(Faults()) == FINE


def test_fails_until_cleared() -> None:
    faults = Faults()
    faults.put(Service.VAULT, Rule(fault=THROTTLED))
    assert [decided(faults) for _ in range(3)] == [THROTTLED] * 3
    faults.clear(Service.VAULT)
    assert decided(faults) == FINE


@pytest.mark.parametrize("fault", [Fault(kind=Kind.RESET, latency=SLOW), Fault(latency=SLOW), Fault(skew=SLOW)])
def test_a_rule_for_so_many_requests_is_gone_after_them(fault: Fault) -> None:
    faults = Faults()
    faults.put(Service.VAULT, Rule(fault=fault, remaining=2))
    assert [decided(faults) for _ in range(3)] == [fault, fault, FINE]
    assert faults.rules(NOW) == ()


def test_a_rule_ends_with_its_time() -> None:
    faults = Faults()
    faults.put(Service.VAULT, Rule(fault=THROTTLED, until=NOW + timedelta(seconds=60)))
    assert faults.decide(Service.VAULT, REQUEST, NOW + timedelta(seconds=59)) == THROTTLED
    assert faults.decide(Service.VAULT, REQUEST, NOW + timedelta(seconds=60)) == FINE
    assert faults.rules(NOW) == ()


@pytest.mark.parametrize(
    ("rule", "service", "meets"),
    [
        pytest.param(Rule(fault=THROTTLED), Service.VAULT, True, id="all-requests-of-the-service"),
        pytest.param(Rule(fault=THROTTLED), Service.ARM, False, id="no-other-service"),
        pytest.param(Rule(fault=THROTTLED, host=REQUEST.host), Service.VAULT, True, id="the-host-named"),
        pytest.param(Rule(fault=THROTTLED, host="kv-two.vault.azure.net"), Service.VAULT, False, id="no-other-host"),
        pytest.param(Rule(fault=THROTTLED, path="/secrets/"), Service.VAULT, True, id="the-beginning-of-the-path"),
        pytest.param(Rule(fault=THROTTLED, path="/deleted"), Service.VAULT, False, id="no-other-path"),
        pytest.param(Rule(fault=THROTTLED, method="GET"), Service.VAULT, True, id="the-method-named"),
        pytest.param(Rule(fault=THROTTLED, method="PUT"), Service.VAULT, False, id="no-other-method"),
    ],
)
def test_a_rule_meets(rule: Rule, service: Service, meets: bool) -> None:
    faults = Faults()
    faults.put(Service.VAULT, rule)
    assert (decided(faults, service) == THROTTLED) is meets


def test_slowness_adds_up_and_the_oldest_failure_is_told() -> None:
    faults = Faults()
    faults.add(Service.VAULT, Rule(fault=Fault(latency=SLOW, skew=-SLOW)))
    faults.add(Service.VAULT, Rule(fault=THROTTLED))
    faults.add(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET), remaining=1))
    faults.add(Service.VAULT, Rule(fault=Fault(latency=SLOW)))
    fault = decided(faults)
    assert (fault.kind, fault.latency, fault.skew) == (Kind.STATUS, SLOW * 2, -SLOW)
    assert len(faults.rules(NOW)) == 4, "what did not strike is not counted"


def test_one_rule_of_many_is_taken_away() -> None:
    faults = Faults()
    first = faults.add(Service.VAULT, Rule(fault=THROTTLED))
    second = faults.add(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET)))
    assert (faults.remove(first), faults.remove(first)) == (True, False)
    assert [held.id for held in faults.rules(NOW)] == [second]
    assert decided(faults).kind is Kind.RESET


def test_clearing_all_clears_each() -> None:
    faults = Faults()
    for service in Service:
        faults.put(service, Rule(fault=THROTTLED))
    assert {held.service for held in faults.rules(NOW)} == set(Service)
    faults.clear()
    assert faults.rules(NOW) == ()


@given(st.integers(), st.floats(min_value=0.01, max_value=0.99))
def test_a_rate_is_repeated_by_its_seed(seed: int, rate: float) -> None:
    runs = []
    for _ in range(2):
        faults = Faults(Chance(seed))
        faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET), rate=rate, jitter=SLOW))
        runs.append([decided(faults) for _ in range(30)])
    assert runs[0] == runs[1]
    assert all(timedelta(0) <= fault.latency <= SLOW for fault in runs[0])


def test_a_rate_meets_its_share() -> None:
    faults = Faults()
    faults.put(Service.VAULT, Rule(fault=THROTTLED, rate=0.2))
    assert 150 < sum(decided(faults) == THROTTLED for _ in range(1000)) < 250


class TestCertificates:
    def test_a_flaw_is_of_the_handshake_and_not_of_the_request(self) -> None:
        faults = Faults()
        faults.add(Service.VAULT, Rule(fault=EXPIRED, host=REQUEST.host, remaining=1))
        assert decided(faults) == FINE
        assert faults.flaw(Service.VAULT, "kv-two.vault.azure.net", NOW) is None
        assert faults.flaw(Service.ENTRA, REQUEST.host, NOW) is None
        assert [faults.flaw(Service.VAULT, REQUEST.host, NOW) for _ in range(2)] == [Flaw.EXPIRED, None]

    def test_another_fault_is_no_flaw(self) -> None:
        faults = Faults()
        faults.add(Service.VAULT, Rule(fault=THROTTLED))
        assert faults.flaw(Service.VAULT, REQUEST.host, NOW) is None

    @pytest.mark.parametrize("service", [Service.ISSUER, Service.EVENTS])
    def test_where_the_lab_is_the_client_the_request_fails(self, service: Service) -> None:
        faults = Faults()
        faults.add(service, Rule(fault=EXPIRED))
        assert decided(faults, service).kind is Kind.CERTIFICATE
