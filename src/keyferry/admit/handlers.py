"""Who answers at which path, by the settings. Called by run."""

from collections.abc import Mapping
from typing import Final

from keyferry.admit.advising import PATH as ADVICE
from keyferry.admit.advising import Advising
from keyferry.admit.cluster import Cluster
from keyferry.admit.injecting import PATH as INJECTION
from keyferry.admit.injecting import Injecting
from keyferry.admit.injection import configuration
from keyferry.admit.injection.settings import InjectionSettings
from keyferry.admit.leniently import leniently
from keyferry.admit.settings import InjectionFlags, Settings
from keyferry.admit.tally import Tally
from keyferry.admit.validating import PREFIX as VALIDATION
from keyferry.admit.validating import Validating
from keyferry.admit.verdict import Handler


class Handlers:
    """The handlers `by_path`. Without a cluster neither pods are changed nor advice is given.

    Those of the paths in `unread` look at little of an object, and take it as JSON.
    """

    unread: Final = frozenset({INJECTION})

    def __init__(self, settings: Settings, cluster: Cluster | None, tally: Tally, environ: Mapping[str, str]) -> None:
        """Read what `environ` says of injections. SpecError where that is wrong."""
        validating = Validating() if cluster is None else Validating(cluster.known, cluster.accounts)
        self.by_path: dict[str, Handler] = {VALIDATION: leniently(validating.handle)}
        self._cluster = cluster
        self._injecting: Injecting | None = None
        self._advising: Advising | None = None
        if cluster is None:
            return
        if settings.injection is not None:
            self._injecting = Injecting(cluster.accounts, _read(environ, settings.injection))
            self.by_path[INJECTION] = tally.mutating(self._injecting.handle)
        if settings.advice:
            injects = settings.injection is not None
            self._advising = Advising(cluster.known, cluster.accounts, settings.enforce, tally, injects=injects)
            advise = self._advising.handle
            self.by_path[ADVICE] = advise if settings.enforce else leniently(advise)

    async def prepare(self) -> None:
        """Load the rules of advice, and learn of the cluster. SpecError where a rule to be enforced is none."""
        if self._injecting is not None and self._cluster is not None:
            await self._injecting.prepare(self._cluster.client)
        if self._advising is not None:
            await self._advising.prepare()


def _read(environ: Mapping[str, str], flags: InjectionFlags) -> InjectionSettings:
    return configuration.read(
        environ,
        audience=flags.audience,
        binding_suffix=flags.binding_suffix,
        binding_audience=flags.binding_audience,
        authority_host=flags.authority_host,
    )
