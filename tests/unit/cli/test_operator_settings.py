"""The settings of an operator process."""

from keyferry.cli.operator_settings import OperatorSettings
from keyferry.restart.settings import Settings as RestartSettings
from keyferry.sync.settings import Settings as DeliverySettings


def test_each_verb_has_its_own() -> None:
    assert OperatorSettings() == OperatorSettings(delivery=DeliverySettings(), restarts=RestartSettings())
