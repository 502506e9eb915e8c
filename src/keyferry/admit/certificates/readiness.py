"""Whether API servers would take the certificate that is shown, by the configurations as they were read last.

A replica becomes ready when all of them would. Once it was, one that would not is told in the log and takes nothing
from the others: were it not ready, injection would stop for a mistake in what advises. A configuration that is not
there asks nobody, so it keeps nobody from being ready; nor does one of which no entry leads to our Service.
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
        self._told: dict[tuple[str, str], str] = {}
        self._bundles: dict[str, frozenset[bytes]] = {}  # of each configuration that leads here
        self._unseen: dict[str, str] = {}  # why one could never be read
        self._was_ready = False

    @property
    def unseen(self) -> str:
        """Say which configuration could never be read, "" where all could."""
        return next((f"{name}: {why}" for name, why in self._unseen.items()), "")

    def seen(self, registered: Sequence[Registered]) -> None:
        """Take note of the configurations. One that must not be read now is as it was."""
        for one in registered:
            name = str(one)
            self._tell("webhook.not_registered", name, one.problem or self._note(name, one))
            if one.refusal is None:
                self._unseen.pop(name, None)
                if one.document is None:
                    self._bundles.pop(name, None)
            elif name not in self._bundles:
                self._unseen[name] = one.problem

    def problem(self, shown: Shown) -> str:
        """Return why the replica is not ready, "" where it is. To be asked after each look."""
        if shown.good is None:
            return ""
        refusals = {name: why for name in self._bundles if (why := self._refusal(name, shown))}
        if self._was_ready:
            for name in self._bundles:
                self._tell("certificate.not_trusted", name, refusals.get(name, ""))
            if len(refusals) < len(self._bundles):
                return ""
        for name, why in refusals.items():
            return f"by {name} an API server refuses the certificate: {why}"
        self._was_ready = not self._unseen
        return ""

    def _note(self, name: str, one: Registered) -> str:
        """Keep the bundles of a configuration; return what is wrong with it."""
        assert one.document is not None, "there is no problem with it"
        found = frozenset(registrations.bundles(one.document, self._service))
        if found:
            self._bundles[name] = found
            return ""
        self._bundles.pop(name, None)
        return f"no entry of it leads to the Service {self._service}"

    def _refusal(self, name: str, shown: Shown) -> str:
        assert shown.good is not None, "somebody looked"
        for bundle in sorted(self._bundles[name]):
            why = trust.refusal(shown.good, bundle, self._host) if bundle else "it has no caBundle"
            if why:
                return why
        return ""

    def _tell(self, event: str, name: str, problem: str) -> None:
        if problem and self._told.get((event, name)) != problem:
            _LOG.warning(event, configuration=name, cause=problem)
        self._told[event, name] = problem
