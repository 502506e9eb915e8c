from datetime import timedelta

from keyferry.lab.azure.eventgrid.knobs import Knobs


def test_the_published_schedule_unless_told() -> None:
    waits = [wait / timedelta(minutes=1) for wait in Knobs().schedule]
    assert waits == [1 / 6, 1 / 2, 1, 5, 10, 30, 60, 180, 360, 720]
    assert (Knobs().duplicate_every, Knobs().unordered) == (0, False)
