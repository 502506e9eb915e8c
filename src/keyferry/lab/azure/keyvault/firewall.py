"""Who may connect to a vault at all: public network access, and the addresses that its firewall knows.

https://learn.microsoft.com/azure/key-vault/general/network-security
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, ip_address

from keyferry.lab.azure.access_tokens import Caller
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.vault import Vault


def admit(vault: Vault, client: str, caller: Caller) -> None:
    """Return if `client`, an address, may connect. RefusedError otherwise.

    Nothing in the lab comes by a private link, from a subnet, or as a trusted service of Azure, so neither the
    virtual network rules nor `bypass` let anybody in. Rules are for IPv4, as the service's are.
    """
    if not vault.public_network_access:
        raise RefusedError(
            403,
            "Forbidden",
            "Public network access is disabled and the request did not come by a private link.\n"
            f"{_signed(vault, caller)}",
            "ForbiddenByConnection",
        )
    if vault.network.default_action == "Deny" and not known(client, vault.network.ip_rules):
        raise RefusedError(
            403,
            "Forbidden",
            "The vault's firewall does not know the client's address, and the caller is not a trusted service.\n"
            f"Client address: {client}\n{_signed(vault, caller)}",
            "ForbiddenByFirewall",
        )


def known(client: str, rules: tuple[str, ...]) -> bool:
    """Tell whether one of the rules, addresses and ranges, has the address. One that is no IPv4 is in none."""
    address = _ipv4(client)
    return address is not None and any(address in _network(rule) for rule in rules)


def _ipv4(client: str) -> IPv4Address | None:
    """A socket for both families writes an IPv4 address as ::ffff:192.0.2.1 (RFC 4291 §2.5.5.2)."""
    try:
        address = ip_address(client)
    except ValueError:
        return None
    return address if isinstance(address, IPv4Address) else address.ipv4_mapped


@lru_cache(maxsize=256)
def _network(rule: str) -> IPv4Network:
    return IPv4Network(rule, strict=False)


def _signed(vault: Vault, caller: Caller) -> str:
    return (
        f"Caller: appid={caller.client_id};oid={caller.object_id};iss={caller.issuer}\n"
        f"Vault: {vault.name};location={vault.location}"
    )
