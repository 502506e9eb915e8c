"""What the metadata service tells of the machine, as much as programs ask for to learn where they run.

https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#instance-metadata
"""

from typing import Any

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.directory import Machine
from keyferry.lab.azure.imds.answers import RefusedError
from keyferry.lab.azure.sources import named_guid


def document(machine: Machine, cloud: Cloud) -> dict[str, Any]:
    """Return the whole description of the machine."""
    _, _, subscription, _, group, *_ = machine.resource_id.split("/")
    return {
        "compute": {
            "azEnvironment": cloud.name,
            "location": machine.location,
            "name": machine.name,
            "osType": "Linux",
            "provider": "Microsoft.Compute",
            "resourceGroupName": group,
            "resourceId": machine.resource_id,
            "subscriptionId": subscription,
            "tags": "",
            "tagsList": [],
            "vmId": named_guid("machine", machine.resource_id),
            "vmScaleSetName": "",
            "vmSize": "Standard_D2s_v5",
            "zone": "",
        },
        "network": {"interface": []},
    }


def part(content: Any, path: tuple[str, ...]) -> Any:
    """Return what is at `path` in the description. RefusedError (404) where nothing is."""
    for name in path:
        if not isinstance(content, dict) or name not in content:
            raise RefusedError(404, "Not found", f"There is no '{name[:100]}' here")
        content = content[name]
    return content
