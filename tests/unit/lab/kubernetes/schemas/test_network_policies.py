from keyferry.lab.kubernetes.schemas import network_policies


def test_a_policy_has_two_directions() -> None:
    spec = network_policies.NETWORK_POLICY["properties"]["spec"]["properties"]
    assert {"podSelector", "policyTypes", "ingress", "egress"} == spec.keys()
