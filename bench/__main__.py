"""`python -m bench [WHICH] [--objects N]`: prints all measurements, or one."""

import argparse
import asyncio
import os
import platform

from bench import cold_start, detection, feed, handover, mounts, provision, rotation, webhook
from keyferry.runtime import logs

FEED = {
    "passes": feed.passes,
    "reads": feed.reads,
    "identities": feed.identities,
    "detection": detection.measure,
    "mounts": mounts.measure,
    "handover": handover.measure,
    "webhook": webhook.measure,
    "provision": provision.measure,
}


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("which", nargs="?", choices=["all", "cold", "rotation", *FEED], default="all")
    parser.add_argument("--objects", type=int, default=1000, help="ExternalSecrets in the cold start (default 1000)")
    parser.add_argument("--rotations", type=int, default=20, help="rotations to time (default 20)")
    chosen = parser.parse_args()
    logs.configure(level=logs.LogLevel.WARNING, form=logs.LogFormat.CONSOLE)
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    if chosen.which in ("all", "cold"):
        asyncio.run(cold_start.measure(chosen.objects))
    if chosen.which in ("all", "rotation"):
        asyncio.run(rotation.measure(chosen.rotations))
    for name, measure in FEED.items():
        if chosen.which in ("all", name):
            asyncio.run(measure())


if __name__ == "__main__":
    main()
