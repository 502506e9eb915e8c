from keyferry.sync.fanout.state import Plan


def test_an_empty_plan_does_nothing() -> None:
    plan = Plan()
    assert (plan.writes, plan.removals, plan.wanted, dict(plan.foreign)) == ((), (), (), {})
