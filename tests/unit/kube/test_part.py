"""A part is what a process runs of one job; most have no more than watches and controllers."""

from keyferry.kube.part import Part


def test_a_part_may_be_empty() -> None:
    part = Part()
    assert (part.reflectors, part.work, part.collectors, part.always, part.working) == ((), (), (), (), ())
