from keyferry.lab.kubernetes.schemas import disruption


def test_a_budget_has_two_bounds() -> None:
    spec = disruption.POD_DISRUPTION_BUDGET["properties"]["spec"]["properties"]
    assert {"minAvailable", "maxUnavailable", "selector"} <= spec.keys()
