"""azure-core's retries, bounded: a controller has its own backoff, so minutes inside a request help nobody."""

from typing import Any, Final

from azure.core.pipeline.policies import AsyncRetryPolicy

LONGEST_WAIT_SECONDS: Final = 8.0  # a service that asks for more is answered by the controller's backoff
TOTAL_SECONDS: Final = 20.0  # of one call with all its attempts; the waits among them are about 10 s at most
ATTEMPTS_AFTER_THE_FIRST: Final = 3


class BoundedRetry(AsyncRetryPolicy):  # type: ignore[type-arg]  # its parameters differ between azure-core's two HTTP types
    """Retries 408, 429 and 5xx up to three times, honouring a `Retry-After` of a few seconds; lost connections twice.

    A longer one, or one that cannot be read, ends the retries: the answer goes to the caller as it is.
    """

    def __init__(self, *, reconnects: int = 2, **_settings: Any) -> None:
        super().__init__(
            retry_total=ATTEMPTS_AFTER_THE_FIRST,
            retry_connect=reconnects,
            retry_read=reconnects,
            retry_status=ATTEMPTS_AFTER_THE_FIRST,
            retry_backoff_factor=0.25,
            retry_backoff_max=4,
            timeout=TOTAL_SECONDS,
        )

    def is_retry(self, settings: dict[str, Any], response: Any) -> bool:
        """Say whether to try again; never when the service asks for more patience than a request has."""
        if response.http_response.status_code < 400:
            return False
        try:
            wait = self.get_retry_after(response)
        except (ValueError, OverflowError):
            return False
        if wait is not None and wait > LONGEST_WAIT_SECONDS:
            return False
        return bool(super().is_retry(settings, response))
