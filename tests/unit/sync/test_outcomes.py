from keyferry.spec.conditions import Condition, ConditionStatus
from keyferry.sync import outcomes


def test_all_is_well_in_each_and_each_says_another_thing() -> None:
    told = [one for one in vars(outcomes).values() if isinstance(one, Condition)]
    assert {one.status for one in told} == {ConditionStatus.TRUE}
    assert len({one.message for one in told}) == len(told) == 8
