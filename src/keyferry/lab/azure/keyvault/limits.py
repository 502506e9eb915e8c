"""How many transactions a vault and a subscription take in 10 s, by what they do.

https://learn.microsoft.com/azure/key-vault/general/service-limits
Operations on keys share one budget in which larger keys and those in hardware cost more: 4,000 units, of which one use
of a software-protected RSA key of 2,048 bits takes one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.throttle import Window
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.seed.declaration import Knobs

SUBSCRIPTION_FACTOR: Final = 5  # a subscription takes so many times what one vault does, in each region
VAULT_SHARE: Final = 1_000_000  # what is taken of a subscription is counted in millionths of what a vault takes
_SETS: Final = (Operation.SECRET_SET, Operation.SECRET_RESTORE)
_RSA_UNITS: Final = {3072: 4, 4096: 8}  # 1,000 and 500 in 10 s, where the others are 4,000
_KEY_MAKERS: Final = (Operation.KEY_CREATE, Operation.KEY_IMPORT, Operation.KEY_ROTATE, Operation.KEY_RESTORE)


class Budget(Enum):
    """What transactions are counted together."""

    SETS = "sets"  # that store secrets
    KEY_MAKERS = "key makers"
    KEYS = "keys"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Cost:
    """The budget that a transaction draws on, and how many units of it."""

    budget: Budget
    units: int = 1


def cost(route: Route | None, vault: Vault) -> Cost:
    """Return what a request costs; None is one whose address the vault does not know."""
    if route is None or route.operation.kind == "certificates":
        return Cost(Budget.OTHERS)
    if route.operation.kind == "secrets":
        return Cost(Budget.SETS if route.operation in _SETS else Budget.OTHERS)
    if route.operation in _KEY_MAKERS:
        return Cost(Budget.KEY_MAKERS)
    return Cost(Budget.KEYS, _key_units(route, vault))


class Limits:
    """The transactions of the last 10 s of every vault and subscription."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, Budget], Window] = {}

    def take(self, vault: Vault, cost: Cost, now: datetime) -> timedelta | None:
        """Count a transaction and return None, or return how long to wait where the vault or subscription is spent.

        A subscription is spent by shares of its vaults' limits, as a vault's own may be scaled.
        Whether one that is refused counts too is a knob: the service's documents say both.
        """
        capacity = _capacity(vault.knobs, cost.budget)
        ours = self._window(vault.host, cost.budget)
        shared = self._window(f"{vault.subscription_id} {vault.location}", cost.budget)
        share = cost.units * VAULT_SHARE // capacity
        wait = max(ours.wait(cost.units, capacity, now), shared.wait(share, SUBSCRIPTION_FACTOR * VAULT_SHARE, now))
        if not wait or vault.knobs.refused_count:
            ours.take(cost.units, now)
            shared.take(share, now)
        return wait or None

    def _window(self, whose: str, budget: Budget) -> Window:
        return self._windows.setdefault((whose, budget), Window())


def _key_units(route: Route, vault: Vault) -> int:
    """A key that nobody knows costs what the cheapest does."""
    key = vault.objects.keys.live.get(route.name.lower())
    if key is None:
        return 1
    version = key.versions.get(route.version.lower(), key.latest)
    modulus = dict(version.public).get("n", "")
    bits = len(modulus) * 6 // 256 * 256  # of the base64url text; sizes are multiples of 1,024 bits
    return _RSA_UNITS.get(bits, 1) * (2 if version.type.endswith("-HSM") else 1)


def _capacity(knobs: Knobs, budget: Budget) -> int:
    full = {
        Budget.SETS: knobs.sets_per_10s,
        Budget.KEY_MAKERS: knobs.key_makers_per_10s,
        Budget.KEYS: knobs.keys_per_10s,
        Budget.OTHERS: knobs.other_per_10s,
    }[budget]
    return max(1, full * knobs.limit_percent // 100)
