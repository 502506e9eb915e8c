"""Estates of any shape, made by requests to the lab's ARM, whose identities may then read their own objects alone."""

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.provision.arm import addresses
from keyferry.spec.estate.estate import Estate, Network, NewIdentity
from keyferry.spec.estate.sites import ObjectType, RoleScope, Site
from tests.fakes import lab_azure
from tests.fakes.arm_estates import carrier, estate
from tests.fakes.estates import secret, site, vault

NAMES = ("db", "api", "tls")
VAULTS = ("one-kv", "two-kv")
OPEN = Network(is_open=True, ip_rules=(), subnet_ids=())
CLOSED = Network(is_open=False, ip_rules=("203.0.113.7",), subnet_ids=("/subscriptions/s/subnets/n",))
READS = {
    ObjectType.SECRET: ("secrets", "secrets/getSecret/action"),
    ObjectType.CERTIFICATE: ("certificates", "certificates/read"),
    ObjectType.KEY: ("keys", "keys/read"),
}
PUBLIC = {ObjectType.CERTIFICATE, ObjectType.KEY}
Object = tuple[str, ObjectType, str]


@st.composite
def sites(draw: st.DrawFn, index: int) -> Site:
    """A site with any objects, which may share its identity with others."""
    objects = st.tuples(st.sampled_from(VAULTS), st.sampled_from(list(ObjectType)), st.sampled_from(NAMES))
    found = draw(st.lists(objects, max_size=4, unique=True))
    return site(
        f"s{index}",
        VAULTS[0],
        secrets=tuple(secret(name, where, type=kind) for where, kind, name in found),
        role_scope=draw(st.sampled_from(list(RoleScope))),
        identity=draw(st.sampled_from(["shared", f"own-{index}"])),
    )


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Up to four sites and two vaults."""
    made = tuple(draw(sites(index)) for index in range(draw(st.integers(0, 4))))
    vaults = tuple(
        vault(
            name,
            network=draw(st.sampled_from([OPEN, CLOSED])),
            is_premium=draw(st.booleans()),
            has_purge_protection=draw(st.booleans()),
        )
        for name in VAULTS
    )
    identities = tuple(NewIdentity(name=name) for name in sorted({each.identity for each in made}))
    return replace(estate(vaults=vaults), sites=made, identities=identities)


@settings(max_examples=25, deadline=None)
@given(estates())
def test_is_made_once_and_its_identities_read_their_own_alone(wanted: Estate) -> None:
    lab = carrier()
    made = lab.provision(wanted).outputs
    assert lab.provision(wanted).changed == ()
    resource_ids = {each.name: addresses.vault(wanted.azure, each) for each in wanted.vaults}
    for identity, where, kind, name in product(wanted.identities, VAULTS, ObjectType, NAMES):
        collection, action = READS[kind]
        allowing = lab.azure.assignments.allowing_data(
            made.identities[identity.name].principal_id,
            f"Microsoft.KeyVault/vaults/{action}",
            f"{resource_ids[where]}/{collection}/{name}",
            lab_azure.NOW,
        )
        own = [each for each in wanted.sites if each.identity == identity.name]
        assert (allowing is not None) == any(_may_read(each, (where, kind, name)) for each in own)


def _may_read(reader: Site, wanted: Object) -> bool:
    """By a role for the object itself; or by one for its vault, which holds for all that the role is for."""
    named = {(each.vault, each.type, each.name) for each in reader.secrets}
    if reader.role_scope is RoleScope.SECRET:
        return wanted in named
    where, kind, _ = wanted
    alike = PUBLIC if kind in PUBLIC else {kind}
    return any(vault_name == where and other in alike for vault_name, other, _ in named)
