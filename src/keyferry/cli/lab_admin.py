"""The lab's knobs from outside: HTTP over the unix socket in its folder."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp

from keyferry.model.errors import NotFound, SpecError, foreign


class LabAdmin:
    """Speaks to the lab that runs in `folder`, between entering and leaving `async with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(self._folder / "admin.sock")))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def faults(self) -> Mapping[str, Any]:
        """Return the rules in force, the oldest first."""
        return await self._ask("GET", "/faults")

    async def put_fault(self, service: str, rule: Mapping[str, Any]) -> Mapping[str, Any]:
        """Set the one fault of a service; return the rules in force."""
        return await self._ask("PUT", f"/faults/{service}", rule)

    async def add_fault(self, service: str, rule: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add a fault of a service to those it has; return the rules in force."""
        return await self._ask("POST", f"/faults/{service}", rule)

    async def restart_chance(self, seed: int) -> None:
        """Let faults with a rate strike as they do after this seed."""
        await self._ask("PUT", "/chance", {"seed": seed})

    async def clear_faults(self, service: str = "") -> Mapping[str, Any]:
        """Let a service, or all of them, work again; or take away one rule by its number."""
        return await self._ask("DELETE", f"/faults/{service}" if service else "/faults")

    async def counters(self) -> Mapping[str, Any]:
        """Return how often each host was asked what, and how it answered."""
        return await self._ask("GET", "/counters")

    async def reset_counters(self) -> None:
        """Count from zero."""
        await self._ask("DELETE", "/counters")

    async def clock(self) -> Mapping[str, Any]:
        """Return the lab's instant and how far it is ahead of the machine."""
        return await self._ask("GET", "/clock")

    async def advance(self, seconds: float) -> Mapping[str, Any]:
        """Move the lab's clock ahead; return what `clock` then gives."""
        return await self._ask("POST", "/clock/advance", {"seconds": seconds})

    async def audit(self, vault: str = "", after: int | None = None) -> Mapping[str, Any]:
        """Return audit records of a vault, or of all: those after a number, or the latest; and the last number."""
        query = {"vault": vault, **({} if after is None else {"after": after})}
        return await self._ask("GET", f"/audit?{urlencode(query)}")

    async def events(self) -> Mapping[str, Any]:
        """Return the last deliveries of events, and the events that were given up."""
        return await self._ask("GET", "/events")

    async def turn(self, knobs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Turn these knobs; return all of them."""
        return await self._ask("PATCH", "/knobs", knobs)

    async def throttle(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        """Scale the limits of vaults, or leave them where there is no change; return how they stand."""
        return await (self._ask("PUT", "/throttle", changes) if changes else self._ask("GET", "/throttle"))

    async def revoke(self, vault: str, principal_id: str) -> Mapping[str, Any]:
        """Refuse the tokens issued until now, at one vault or all, of one principal or all; return what is revoked."""
        return await self._ask("POST", "/revocations", {"vault": vault, "principalId": principal_id})

    async def clear_revocations(self) -> Mapping[str, Any]:
        """Let old tokens count again."""
        return await self._ask("DELETE", "/revocations")

    async def rotate_keys(self) -> Mapping[str, Any]:
        """Let Entra sign with a new key; return the ids of the published ones."""
        return await self._ask("POST", "/keys/rotate")

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        assert self._session is not None, "use it in `async with`"
        try:
            async with self._session.request(method, f"http://lab{path}", json=body) as answer:
                told: Mapping[str, Any] = await answer.json()
        except aiohttp.ClientConnectorError as refusal:
            raise NotFound(
                what=f"no lab runs in {self._folder}",
                cause="nobody listens on its admin.sock",
                remedy="start one with `keyferry lab` or `keyferry lab azure`, or name its folder with --dir",
            ) from refusal
        if answer.status >= 400:
            raise SpecError(what="the lab refused that", cause=foreign(str(told.get("error", ""))))
        return told
