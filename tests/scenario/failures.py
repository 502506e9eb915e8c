"""What stories about failures have in common: how often the operator has tried, and in vain."""

from typing import Any

from keyferry.cli import looking
from keyferry.kube.wire.objects import Key
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import Stage


async def attempts(stage: Stage, key: Key, more: int = 2) -> None:
    """Wait until the operator has failed at `key` so many times more: its log has a line for each."""
    log = stage.session.lab.folder / "operator.log"

    def failures() -> int:
        lines = log.read_text().splitlines()
        told = [line for line in lines if '"reconcile.failed"' in line or '"reconcile.throttled"' in line]
        return sum(f'"key": "{key}"' in line for line in told)

    until = failures() + more

    async def look() -> bool | None:
        return True if failures() >= until else None

    await looking.until(look, seconds=PATIENCE, what=f"{more} more attempts at {key}")


def entry(name: str) -> list[dict[str, Any]]:
    """The `data` of an ExternalSecret that reads one secret."""
    return [{"secretKey": "PASSWORD", "remoteRef": {"key": name}}]
