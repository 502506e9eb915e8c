"""The regions of Azure by their short names, to tell a slip of the pen. New ones appear, so an unknown one is no error.

https://learn.microsoft.com/azure/reliability/regions-list
"""

from typing import Final

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
