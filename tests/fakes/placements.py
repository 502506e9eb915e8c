"""What was made of an estate, and sites that get secrets in every way."""

from dataclasses import replace
from typing import Any

from keyferry.provision.manifests.placement import Placement
from keyferry.provision.outputs import MadeIdentity, Outputs
from keyferry.spec.estate.estate import Cloud, Estate
from keyferry.spec.estate.sites import Consumption, Delivery, ObjectType, Site, SiteSecret
from tests.fakes import estates

CLIENT = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
PRINCIPAL = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
VERSION = "0123456789abcdef0123456789abcdef"


def identity(**changes: Any) -> MadeIdentity:
    """An identity that was made in the estate's tenant."""
    return replace(MadeIdentity(client_id=CLIENT, principal_id=PRINCIPAL, tenant_id=estates.TENANT), **changes)


def outputs(estate: Estate, **changes: Any) -> Outputs:
    """What Azure answered when all of the estate was made."""
    identities = {site.identity: identity() for site in estate.sites}
    return replace(Outputs(issuer=estates.ISSUER, identities=identities, vault_urls={}), **changes)


def placement(site: Site, **changes: Any) -> Placement:
    """A site in the public cloud with its identity."""
    given = Placement(
        estate="shops",
        cloud=Cloud.PUBLIC,
        tenant_id=estates.TENANT,
        vault_urls={},
        identity=identity(),
        site=site,
    )
    return replace(given, **changes)


def as_file(name: str, **changes: Any) -> SiteSecret:
    """A secret that comes as a file."""
    return estates.secret(name, **changes)


def in_env(name: str, **changes: Any) -> SiteSecret:
    """A secret that comes as a variable."""
    return estates.secret(name, consume=Consumption.ENV, delivery=Delivery.SECRET, reason="env alone", **changes)


def by_name(name: str, **changes: Any) -> SiteSecret:
    """A secret in a Secret that is taken whole."""
    return estates.secret(name, consume=Consumption.SECRET_REF, delivery=Delivery.SECRET, reason="a name", **changes)


def file_of_secret(name: str, **changes: Any) -> SiteSecret:
    """A secret that is a file, out of a Secret."""
    return estates.secret(name, delivery=Delivery.SECRET, reason="asked for", **changes)


def mixed() -> Estate:
    """Sites with every way of delivery and of consumption, alone and together, and two in one namespace."""
    whole = (
        as_file("db", alias="true"),
        as_file("tls", type=ObjectType.CERTIFICATE, alias="tls.crt", vault="Other-KV"),
        as_file("signing", type=ObjectType.KEY, version=VERSION),
        in_env("password", alias="DB_PASSWORD"),
        by_name("api", type=ObjectType.KEY, vault="Other-KV", version=VERSION),
        by_name("ca", type=ObjectType.CERTIFICATE, alias="ca.der"),
        file_of_secret("old", alias="old.conf"),
    )
    return estates.small(
        estates.site("files", secrets=(as_file("db"),)),
        estates.site("environment", secrets=(in_env("db"),), secret_name="db"),
        estates.site("reference", secrets=(by_name("db"),), makes_namespace=False),
        estates.site("volume", secrets=(file_of_secret("db"),)),
        estates.site("elsewhere", secrets=(as_file("a", vault="Other-KV"), in_env("b", vault="Other-KV"))),
        estates.site("whole", secrets=whole, workload="web"),
        estates.site("neighbour", namespace="whole", secrets=(as_file("db"),)),
        estates.site("resident", namespace="whole", service_account="neighbour", secrets=(in_env("db"),)),
        estates.site("9", secrets=(as_file("0123", alias="0x1f"), in_env("on", alias="ON"))),
        estates.site("1e3", secrets=(in_env("null", alias="null"),), service_account="yes"),
        estates.site("empty", secrets=()),
    )
