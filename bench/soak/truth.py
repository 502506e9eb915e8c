"""What the vaults hold and held, and what a Secret may therefore show. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

KEYS: Final = ("PASSWORD", "USERNAME")


@dataclass(slots=True)
class History:
    """The versions of one secret of a vault: number n was sent at `sent[n]` and was there at `there[n]`, in seconds."""

    sent: list[float] = field(default_factory=list)
    there: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Finding:
    """What one look at the Secrets found. `ages` are how long each outdated value has been outdated, in seconds."""

    empty: int = 0
    mixed: int = 0
    unknown: int = 0
    too_old: int = 0
    ages: list[float] = field(default_factory=list)


class Truth:
    """Knows every version, and when each vault could not be asked."""

    def __init__(self, allowed_seconds: float, recovery_seconds: float) -> None:
        """`allowed_seconds` is how old a value may be; so long after an outage nothing is called old."""
        self._allowed = allowed_seconds
        self._recovery = recovery_seconds
        self._histories: dict[str, History] = {}
        self._outages: dict[str, list[tuple[float, float]]] = {}

    def sending(self, name: str, at: float) -> int:
        """Take in that a new version of `name` is on its way; return its number."""
        history = self._histories.setdefault(name, History())
        history.sent.append(at)
        return len(history.sent) - 1

    def stored(self, name: str, at: float) -> None:
        """Take in that the vault has it."""
        self._histories[name].there.append(at)

    def outage(self, vault: str, since: float, until: float) -> None:
        """Take in that a vault answers nobody from `since` to `until`."""
        self._outages.setdefault(vault, []).append((since, until))

    def look(self, shown: Mapping[str, Mapping[str, str]], vault_of: Mapping[str, str], asked: float) -> Finding:
        """Judge the Secrets: `shown` are their keys and values by the name of what they show, read at `asked` or later.

        A value ends with `-` and its number. A secret without a number was there from the start.
        """
        finding = Finding()
        for name, history in self._histories.items():
            keys = shown.get(name, {})
            numbers = [_number(keys[key]) for key in KEYS if keys.get(key)]
            if len(numbers) < len(KEYS):
                finding.empty += 1
            elif len(set(numbers)) > 1:
                finding.mixed += 1
            elif numbers[0] >= len(history.sent):
                finding.unknown += 1
            else:
                self._judge(finding, history, numbers[0], vault_of[name], asked)
        return finding

    def _judge(self, finding: Finding, history: History, number: int, vault: str, asked: float) -> None:
        if number + 1 >= len(history.there):
            return
        outdated = asked - history.there[number + 1]
        if self._was_out(vault, history.there[number + 1], asked):
            return
        if outdated > 0:
            finding.ages.append(outdated)
        if outdated > self._allowed:
            finding.too_old += 1

    def _was_out(self, vault: str, since: float, until: float) -> bool:
        return any(start < until and since < end + self._recovery for start, end in self._outages.get(vault, ()))


def _number(value: str) -> int:
    return int(value.rsplit("-", maxsplit=1)[1])
