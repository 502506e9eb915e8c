"""Azure's regions, and the location of a resource that is put.

https://learn.microsoft.com/azure/reliability/regions-list
"""

from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm.answers import RefusedError

_NAMES: Final = (
    "australiacentral australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth canadacentral canadaeast "
    "centralindia centralus chilecentral chinaeast2 chinanorth2 chinanorth3 eastasia eastus eastus2 francecentral "
    "germanycentral germanynortheast germanywestcentral indonesiacentral israelcentral italynorth japaneast japanwest "
    "jioindiawest koreacentral koreasouth malaysiawest mexicocentral newzealandnorth northcentralus northeurope "
    "norwayeast polandcentral qatarcentral southafricanorth southcentralus southeastasia southindia spaincentral "
    "swedencentral switzerlandnorth uaenorth uksouth ukwest usgovarizona usgovtexas usgovvirginia westcentralus "
    "westeurope westindia westus westus2 westus3"
)
REGIONS: Final = frozenset(_NAMES.split())


def normalised(location: str) -> str:
    """Return the one form of a region's name: `West Europe` is `westeurope`."""
    return location.replace(" ", "").lower()


def of(content: Mapping[str, Any], current: str | None, what: str) -> str:
    """Return the location that the body of a put names. `current` is where the resource is, None where it is new.

    RefusedError where it is missing, no region, or another one than before: resources do not move.
    """
    location = content.get("location")
    if not isinstance(location, str) or not location:
        raise RefusedError(400, "LocationRequired", "The property 'location' is required for this resource.")
    wanted = normalised(location)
    if current is not None and wanted != normalised(current):
        raise RefusedError(
            409, "InvalidResourceLocation", f"{what} is in the location '{current}' and cannot be put into another one."
        )
    if current is None and wanted not in REGIONS:
        raise RefusedError(
            400, "LocationNotAvailableForResourceType", f"The location '{location[:80]}' is no region of Azure."
        )
    return current or wanted
