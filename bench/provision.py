"""What it costs to render an estate of 500 sites: a whole process, from reading keyferry.yaml to files in a folder."""

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.world import CLIENT, ISSUER, TENANT
from keyferry.provision.manifests import yaml_text
from keyferry.provision.manifests.state import Form

SITES: Final = 500
SITES_OF_A_VAULT: Final = 10
NAME: Final = "fleet"
SECRETS: Final = [
    {"name": "db-connection", "as": "db", "consume": "files"},
    {"name": "api-key", "as": "API_KEY", "consume": "env"},
    {"name": "tls", "as": "tls.crt", "type": "certificate", "consume": "files"},
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a process took, from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


async def measure() -> None:
    """Print the cost of each form, when all files are new and when none is."""
    print(f"provision render: {SITES} sites, {len(SECRETS)} secrets each, {SITES // SITES_OF_A_VAULT} vaults")
    for form in Form:
        with TemporaryDirectory(prefix="kf-bench-") as folder:
            place = Path(folder)
            out = place / "build"
            out.mkdir()
            (place / "keyferry.yaml").write_text(yaml_text.text(estate()))
            (out / "outputs.json").write_text(json.dumps(outputs()))
            new = await asyncio.to_thread(_rendered, place, form)
            files = [path for path in out.rglob("*") if path.is_file()]
            again = await asyncio.to_thread(_rendered, place, form)
        size = f"{len(files):,} files"
        print(f"  {form:<10} {_shown(new)}, {size}; again {_shown(again)}")


def estate() -> dict[str, Any]:
    """Return the estate's document; each site has an identity of its own, and shares a vault."""
    network = {"ipRules": ["203.0.113.7"]}
    vaults = [{"name": _vault(number), "network": network} for number in range(0, SITES, SITES_OF_A_VAULT)]
    return {
        "apiVersion": "keyferry.io/v1alpha1",
        "kind": "Estate",
        "metadata": {"name": NAME},
        "spec": {
            "azure": {
                "tenantId": TENANT,
                "subscriptionId": "00000000-0000-4000-8000-000000000001",
                "location": "westeurope",
                "resourceGroup": {"name": f"rg-{NAME}"},
            },
            "cluster": {"oidc": {"name": NAME, "issuer": ISSUER}},
            "vaults": vaults,
            "defaults": {"secrets": SECRETS},
            "sites": [{"name": _site(number), "vault": _vault(number)} for number in range(SITES)],
        },
    }


def outputs() -> dict[str, Any]:
    """Return what Terraform would answer when all of it was made."""
    made = {"client_id": CLIENT, "principal_id": CLIENT, "tenant_id": TENANT}
    identities = {f"{NAME}-{_site(number)}": made for number in range(SITES)}
    return {"keyferry": {"value": {"issuer": ISSUER, "identities": identities, "vault_urls": {}}}}


def _site(number: int) -> str:
    return f"site-{number:03}"


def _vault(number: int) -> str:
    return f"kv-{NAME}-{number // SITES_OF_A_VAULT:02}"


def _rendered(place: Path, form: Form) -> Cost:
    command = (sys.executable, "-m", "keyferry", "provision", "render", "--estate", "keyferry.yaml", "--format", form)
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"keyferry provision render ended with code {process.returncode}")
    return Cost(
        seconds=time.perf_counter() - started,
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_mib=used.ru_maxrss / 1024,
    )


def _shown(cost: Cost) -> str:
    return f"{cost.seconds:5.2f} s ({cost.cpu_seconds:.2f} CPU s), {cost.peak_mib:.0f} MiB"
