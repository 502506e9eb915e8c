"""The working half of `keyferry operator`: delivery, with restarts in the same process under the same leadership.

Called by cli.working.
"""

from keyferry.cli.operator_settings import OperatorSettings
from keyferry.kube.part import Part
from keyferry.restart.run import Restarts
from keyferry.sync import run as delivery
from keyferry.sync.delivery import Surroundings


async def run(settings: OperatorSettings) -> None:
    """Work until SIGTERM or SIGINT. SpecError when a setting or the kubeconfig is wrong."""

    def restarts(around: Surroundings) -> Part:
        return Restarts(around.client, around.clock, around.recorder, settings.restarts, around.ownership).part()

    await delivery.run(settings.delivery, [restarts])
