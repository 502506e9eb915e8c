"""The machine's clock with hands that a test can move: what azure-identity stamps with the real time stays near it."""

from datetime import datetime, timedelta

from keyferry.runtime.clock import SystemClock


class OffsetClock:
    """Real time plus what `advance` has added."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self._offset

    def advance(self, by: timedelta) -> None:
        self._offset += by
