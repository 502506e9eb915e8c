"""What a manifest's roles allow, and what certificate somebody shows."""

import asyncio
import ssl
from pathlib import Path

import yaml

from keyferry.cli import webhook_plugin
from keyferry.lab.kubernetes.access.usage import Use, named


def granted(manifest: Path) -> frozenset[Use]:
    """Return every verb that a role of the manifest allows, with its resource."""
    roles = [one for one in yaml.safe_load_all(manifest.read_text()) if one["kind"] in ("Role", "ClusterRole")]
    return frozenset(
        (verb, named(group, resource))
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    )


async def certificate(port: int) -> str:
    """Return the certificate that is shown on a port of loopback."""
    return await asyncio.to_thread(ssl.get_server_certificate, (webhook_plugin.HOST, port))
