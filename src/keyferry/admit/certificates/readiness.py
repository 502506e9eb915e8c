"""Whether API servers would take the certificate that is shown, by the configurations as they were read last.

A configuration that is not there asks nobody, so it keeps nobody from being ready: it is told once in the log. So are
one that must not be read, and one of which no entry leads to our Service.
"""

from collections.abc import Sequence
from typing import Final

import structlog

from keyferry.admit.certificates import registrations, trust
from keyferry.admit.certificates.registrations import Registered
from keyferry.admit.certificates.shown import Shown
from keyferry.kube.wire.objects import Key

_LOG: Final = structlog.get_logger(__name__)


class Readiness:
    """Judges for one Service; `host` is the name that API servers ask for."""

    def __init__(self, service: Key, host: str) -> None:
        self._service = service
        self._host = host
        self._told: dict[str, str] = {}
        self._bundles: dict[str, set[bytes]] = {}

    def seen(self, registered: Sequence[Registered]) -> None:
        """Take note of the configurations."""
        self._bundles = {}
        for one in registered:
            found = () if one.document is None else registrations.bundles(one.document, self._service)
            if found:
                self._bundles[str(one)] = set(found)
            problem = one.problem or ("" if found else f"no entry of it leads to the Service {self._service}")
            self._tell(str(one), problem)

    def problem(self, shown: Shown) -> str:
        """Return why some API server would refuse what is shown, "" where none would."""
        if shown.good is None:
            return ""
        for name, bundles in self._bundles.items():
            for bundle in bundles:
                why = trust.refusal(shown.good, bundle, self._host) if bundle else "it has no caBundle"
                if why:
                    return f"by {name} an API server refuses the certificate: {why}"
        return ""

    def _tell(self, name: str, problem: str) -> None:
        if problem and self._told.get(name) != problem:
            _LOG.warning("webhook.not_registered", configuration=name, cause=problem)
        self._told[name] = problem
