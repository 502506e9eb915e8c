"""keyferry.provision.manifests.egress"""

from keyferry.provision.manifests import egress


def test_concerns_only_pods_that_ask_for_it() -> None:
    policy = egress.network_policy("shops", "apps")
    assert policy["metadata"]["namespace"] == "apps"
    assert policy["spec"]["podSelector"] == {"matchLabels": {"keyferry.io/egress": "azure"}}
    assert policy["spec"]["policyTypes"] == ["Egress"]
    ports = [(port["protocol"], port["port"]) for rule in policy["spec"]["egress"] for port in rule["ports"]]
    assert ports == [("UDP", 53), ("TCP", 53), ("TCP", 443)]


def test_leaves_the_namespace_open_for_a_base() -> None:
    assert "namespace" not in egress.network_policy("shops", "")["metadata"]
