"""Names of Azure's resources, and ids, as an estate may have them.

https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

from typing import Final

from keyferry.spec.estate.naming import Naming

GUID: Final = Naming(
    of="a GUID",
    pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    alphabet="0-9a-fA-F-",
    least=36,
    most=36,
    form='the id as Azure shows it, such as "99999999-9999-4999-8999-999999999999"',
)
RESOURCE_GROUP: Final = Naming(
    of="the name of a resource group",
    pattern=r"^[A-Za-z0-9_().-]*[A-Za-z0-9_()-]$",
    alphabet="A-Za-z0-9_().-",
    least=1,
    most=90,
    form="letters, digits, _, -, . and round brackets, at most 90, and no dot at the end",
)
AKS: Final = Naming(
    of="the name of an AKS cluster",
    pattern="^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$",
    alphabet="A-Za-z0-9_-",
    least=1,
    most=63,
    form="letters, digits, _ and -, at most 63, a letter or digit first and last",
)
VAULT: Final = Naming(
    of="the name of a vault",
    pattern="^[A-Za-z](-?[A-Za-z0-9])+$",
    alphabet="A-Za-z0-9-",
    least=3,
    most=24,
    form="3 to 24 letters, digits and -, a letter first, a letter or digit last, no two - in a row",
)
IDENTITY: Final = Naming(
    of="the name of a managed identity",
    pattern="^[A-Za-z0-9][A-Za-z0-9_-]+$",
    alphabet="A-Za-z0-9_-",
    least=3,
    most=128,
    form="3 to 128 letters, digits, _ and -, a letter or digit first",
)
OBJECT: Final = Naming(
    of="the name of a vault's object",
    pattern="^[0-9a-zA-Z-]+$",
    alphabet="0-9a-zA-Z-",
    least=1,
    most=127,
    form='the name that Key Vault shows, 1 to 127 letters, digits and -, such as "db-password"',
)
VERSION: Final = Naming(
    of="a version of Key Vault",
    pattern="^[0-9a-f]{32}$",
    alphabet="0-9a-f",
    least=32,
    most=32,
    form="the 32 hexadecimal digits that Key Vault shows, or leave it out for the newest",
)
MACHINE_SIZE: Final = Naming(
    of="the size of a machine",
    pattern="^(Standard|Basic)_[A-Za-z0-9_-]+$",
    alphabet="A-Za-z0-9_-",
    least=8,
    most=60,
    form='a size that `az vm list-sizes` shows, such as "Standard_D2s_v5"',
)
KUBERNETES_VERSION: Final = Naming(
    of="a version of Kubernetes",
    pattern=r"^1\.[0-9]{2}(\.[0-9]{1,3})?$",
    alphabet="0-9.",
    least=4,
    most=8,
    form='a version that `az aks get-versions` shows, such as "1.33", in quotes',
)
