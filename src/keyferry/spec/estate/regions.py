"""The regions of Azure by their short names. New ones appear, so an unknown one is no error.

https://learn.microsoft.com/azure/reliability/regions-list
"""

import re
from typing import Final

from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.naming import Naming
from keyferry.spec.schema import Complaint, Text

_AMERICAS: Final = (
    "brazilsouth brazilsoutheast canadacentral canadaeast centralus chilecentral eastus eastus2 mexicocentral "
    "northcentralus southcentralus westcentralus westus westus2 westus3 usgovarizona usgovtexas usgovvirginia "
    "usdodcentral usdodeast"
)
_EUROPE: Final = (
    "austriaeast belgiumcentral denmarkeast francecentral francesouth germanynorth germanywestcentral italynorth "
    "northeurope norwayeast norwaywest polandcentral spaincentral swedencentral swedensouth switzerlandnorth "
    "switzerlandwest uksouth ukwest westeurope"
)
_ELSEWHERE: Final = (
    "australiacentral australiacentral2 australiaeast australiasoutheast centralindia chinaeast chinaeast2 chinaeast3 "
    "chinanorth chinanorth2 chinanorth3 eastasia indonesiacentral israelcentral japaneast japanwest jioindiacentral "
    "jioindiawest koreacentral koreasouth malaysiawest newzealandnorth qatarcentral southafricanorth southafricawest "
    "southeastasia southindia taiwannorth uaecentral uaenorth westindia"
)
REGIONS: Final = frozenset(f"{_AMERICAS} {_EUROPE} {_ELSEWHERE}".split())
_OF_OTHERS: Final = {Cloud.US_GOVERNMENT: ("usgov", "usdod"), Cloud.CHINA: ("china",)}
_NAMING: Final = Naming(
    of="the name of a region",
    pattern="^[a-z]+[a-z0-9]*$",
    alphabet="a-z0-9",
    least=4,
    most=40,
    form='the short name that `az account list-locations` shows, such as "westeurope"',
)


def location(text: str) -> Complaint | None:
    """Refuse what cannot be the short name of a region; where it is a region's long name, tell the short one."""
    complaint = _NAMING.complain(text)
    short = re.sub(r"[\s_-]", "", text).lower()
    if complaint is None or short not in REGIONS:
        return complaint
    return Complaint(message="is not the short name of a region", remedy=f'write "{short}"')


def is_of(location: str, cloud: Cloud) -> bool:
    """Whether a region may be of a cloud; of one that is not known, nobody can tell."""
    own = next((other for other, begin in _OF_OTHERS.items() if location.startswith(begin)), Cloud.PUBLIC)
    return location not in REGIONS or own is cloud


def node(doc: str) -> Text:
    """Return the field of a region."""
    return Text(doc=doc, pattern=_NAMING.pattern, max_length=_NAMING.most, rule=location)
