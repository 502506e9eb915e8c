"""The settings of an operator process: of its delivery, and of the restarts that follow."""

from dataclasses import dataclass, field

from keyferry.restart.settings import Settings as RestartSettings
from keyferry.sync.settings import Settings as DeliverySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSettings:
    """Each verb's own settings. Verbs know nothing of each other, so they meet here."""

    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    restarts: RestartSettings = field(default_factory=RestartSettings)
