"""What a NetworkPolicy must be, and what it is where it does not say."""

from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import network_policies
from tests.fakes.kubernetes_cluster import FakeCluster

POLICIES = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies"


def test_the_server_keeps_one() -> None:
    spec: dict[str, Any] = {"podSelector": {}, "egress": [{}]}
    answer = FakeCluster().post(POLICIES, {"metadata": {"name": "p"}, "spec": spec})
    assert answer.document["spec"] == {**spec, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, {"policyTypes": ["Ingress"]}, id="in-where-nothing-is-said"),
        pytest.param(
            {"egress": [{}]}, {"egress": [{}], "policyTypes": ["Ingress", "Egress"]}, id="out-where-a-rule-is"
        ),
        pytest.param({"policyTypes": ["Egress"]}, {"policyTypes": ["Egress"]}, id="what-was-said"),
        pytest.param(
            {"policyTypes": ["Ingress"], "ingress": [{"ports": [{"port": 1}, {"protocol": "UDP"}]}]},
            {
                "policyTypes": ["Ingress"],
                "ingress": [{"ports": [{"port": 1, "protocol": "TCP"}, {"protocol": "UDP"}]}],
            },
            id="tcp",
        ),
        pytest.param(None, None, id="no-spec"),
    ],
)
def test_defaults(spec: dict[str, Any] | None, expected: dict[str, Any] | None) -> None:
    policy = {"spec": spec}
    network_policies.default(policy, None)
    assert policy == {"spec": expected}


def port(**fields: Any) -> dict[str, Any]:
    return {"egress": [{"ports": [{"protocol": "TCP", **fields}]}]}


def block(*left_out: str, cidr: str = "10.0.0.0/8") -> dict[str, Any]:
    return {"ingress": [{"from": [{"ipBlock": {"cidr": cidr, "except": list(left_out)}}]}]}


PORT = "spec.egress[0].ports[0]"
PEER = "spec.ingress[0].from[0]"


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        pytest.param(None, [], id="nothing"),
        pytest.param({"policyTypes": ["Ingress", "Egress"]}, [], id="both-ways"),
        pytest.param({"policyTypes": ["Egress", "Out"]}, ["spec.policyTypes[1]"], id="no-way"),
        pytest.param({"policyTypes": ["Ingress", "Egress", "Ingress"]}, ["spec.policyTypes"], id="three-ways"),
        pytest.param(port(), [], id="every-port"),
        pytest.param(port(port=443), [], id="a-number"),
        pytest.param(port(port="https"), [], id="a-name"),
        pytest.param(port(port=80, endPort=90), [], id="a-range"),
        pytest.param(port(protocol="ICMP"), [f"{PORT}.protocol"], id="no-protocol"),
        pytest.param(port(port=0), [f"{PORT}.port"], id="no-number"),
        pytest.param(port(port="443"), [f"{PORT}.port"], id="a-number-in-quotes"),
        pytest.param(port(port="a-name-that-is-long"), [f"{PORT}.port"], id="a-long-name"),
        pytest.param(port(port="web", endPort=90), [f"{PORT}.endPort"], id="a-range-from-a-name"),
        pytest.param(port(endPort=90), [f"{PORT}.endPort"], id="a-range-from-nowhere"),
        pytest.param(port(port=80, endPort=70), [f"{PORT}.endPort"], id="a-range-backwards"),
        pytest.param({"ingress": [{"from": [{}]}]}, [PEER], id="nobody"),
        pytest.param({"ingress": [{"from": [{"podSelector": {}, "namespaceSelector": {}}]}]}, [], id="pods"),
        pytest.param(
            {"ingress": [{"from": [{"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}}]}]},
            [PEER],
            id="pods-by-address",
        ),
        pytest.param(block("10.1.0.0/16"), [], id="a-network"),
        pytest.param(block(cidr="10.0.0.1"), [f"{PEER}.ipBlock.cidr"], id="an-address"),
        pytest.param(block(cidr="10.0.0.0/40"), [f"{PEER}.ipBlock.cidr"], id="no-network"),
        pytest.param(block("10.1.0.0/16", cidr="10"), [f"{PEER}.ipBlock.cidr"], id="left-out-of-nothing"),
        pytest.param(block("10"), [f"{PEER}.ipBlock.except[0]"], id="no-network-left-out"),
        pytest.param(block("10.0.0.0/8"), [f"{PEER}.ipBlock.except[0]"], id="all-left-out"),
        pytest.param(block("11.0.0.0/16"), [f"{PEER}.ipBlock.except[0]"], id="another-left-out"),
        pytest.param(block("fd00::/64"), [f"{PEER}.ipBlock.except[0]"], id="another-family-left-out"),
    ],
)
def test_validates(spec: dict[str, Any] | None, paths: list[str]) -> None:
    assert [problem.path for problem in network_policies.validate({"spec": spec}, None)] == paths
