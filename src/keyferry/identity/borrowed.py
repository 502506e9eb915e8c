"""A transport of azure-core over a session that belongs to the process: opening and closing it do nothing."""

from types import TracebackType
from typing import Any

from azure.core.pipeline.transport import AsyncHttpTransport


class BorrowedTransport(AsyncHttpTransport[Any, Any]):
    """To be given `send` by whoever sends. A vendor's client that closes its transport closes nothing of ours."""

    async def open(self) -> None:
        """Do nothing: the session is open."""

    async def close(self) -> None:
        """Do nothing: the session belongs to the process."""

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Do nothing, as `close`."""
