"""What is noted of the requests of one question while they are on their way. Pure: the clock comes as a function.

Written by vault.wire for each request on the wire, retries and challenges included; read by vault.passes.
"""

from collections.abc import Callable
from datetime import datetime

from keyferry.vault.moment import Moment
from keyferry.vault.need import Began


class Sent:
    """When the first and the last request left, and what the vault's own clock said in its first and last answer.

    Nothing that the vault tells is older than `first`; what the last request brought is not older than `last`.
    """

    def __init__(self, begin: Callable[[], Began]) -> None:
        self._begin = begin
        self.first: Began | None = None
        self.last: Moment | None = None
        self.vault_time: datetime | None = None  # told by the answer to the last request, None until it is there

    def leaves(self) -> None:
        """Note that a request goes out now. What an earlier one was told of the time is not its time."""
        began = self._begin()
        self.first = self.first or began
        self.last = began.at
        self.vault_time = None

    def answered(self, vault_time: datetime | None) -> None:
        """Note the `Date` of an answer, None where it has none."""
        self.vault_time = vault_time

    def as_read(self) -> Began:
        """Return when the look of a single read began: the request that was answered, in the order of the first."""
        first = self.as_list()
        return Began(order=first.order, at=self.last or first.at)

    def as_list(self) -> Began:
        """Return when the look of many requests began: before the first of them."""
        self.first = self.first or self._begin()
        return self.first
