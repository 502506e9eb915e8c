"""The words for each AADSTS code: a table, so that a code is one row. Pure; called by the explanation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never


class Field(StrEnum):
    """The three parts of a federated credential that must equal the assertion's."""

    ISSUER = "issuer"
    SUBJECT = "subject"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was presented to Entra, and by whom.

    `holder` is whose token it is, and `named_by` the place that names the client.
    """

    holder: str
    named_by: str
    tenant: str
    client: str
    issuer: str
    subject: str
    audience: str
    authority_host: str
    description: str

    def presented(self, field: Field) -> str:
        """Return what the assertion said in `field`."""
        match field:
            case Field.ISSUER:
                return self.issuer
            case Field.SUBJECT:
                return self.subject
            case Field.AUDIENCE:
                return self.audience
            case _:
                assert_never(field)

    def fill(self, template: str) -> str:
        """Put the facts into a text of this module; braces within the facts stay as they are."""
        return template.format_map({name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Cause and remedy of one code, with the names of `Facts` in braces.

    `field` is the part that Entra says differs; `compares` is whether the configured credentials matter at all.
    """

    cause: str
    remedy: str
    field: Field | None = None
    compares: bool = False


_ADD: Final = (
    'give client {client} in tenant {tenant} a federated credential with issuer "{issuer}", subject "{subject}" and '
    'audience "{audience}", equal to the letter, or correct the one that is meant for {holder}'
)
_NO_MATCH: Final = Words(
    cause=(
        "no federated credential of client {client} matches what was presented: issuer {issuer}, subject {subject}, "
        "audience {audience}"
    ),
    remedy=f"{_ADD}. A new one is known after seconds to a few minutes",
    compares=True,
)
_UNVERIFIABLE: Final = Words(
    cause="Entra does not accept the signature or form of the token that issuer {issuer} made",
    remedy=(
        "see that {issuer}/openid/v1/jwks serves the key that signs the cluster's tokens now (RS256). After a key "
        "rotation Entra may need up to an hour to read it again"
    ),
)
_UNREACHABLE: Final = Words(
    cause="Entra cannot read the signing keys of issuer {issuer}",
    remedy=(
        "make {issuer}/.well-known/openid-configuration and the jwks_uri that it names readable from the internet "
        "with a public certificate, and see that its issuer field says exactly {issuer}"
    ),
)
_OWN_REQUEST: Final = "report this to the keyferry project: the request is keyferry's own"
_NO_PROOF: Final = Words(
    cause="Entra found no usable client assertion in the request of client {client}",
    remedy=_OWN_REQUEST,
)
_MALFORMED: Final = Words(cause="Entra does not take the form of the request: {description}", remedy=_OWN_REQUEST)
_FROM_ENTRA: Final = Words(
    cause="the token that {holder} presented was issued by Entra itself (issuer {issuer}), which it does not trade",
    remedy="present a token of the cluster: its issuer is shown by kubectl get --raw /.well-known/openid-configuration",
)
_WRONG_SCOPE: Final = Words(
    cause="Entra does not know the vault's resource in tenant {tenant}: {description}",
    remedy="see that vaultUrl, environmentType and tenantId belong to the same cloud and tenant",
)

OTHERWISE: Final = Words(
    cause=("{description} (client {client}, tenant {tenant}, issuer {issuer}, subject {subject}, audience {audience})"),
    remedy="look the code up at {authority_host}/error, and compare the values above with client {client} in Entra",
    compares=True,
)

WORDS: Final[Mapping[int, Words]] = {
    70021: _NO_MATCH,
    7002131: _NO_MATCH,
    700211: Words(
        cause='no federated credential of client {client} has the presented issuer "{issuer}"',
        remedy=f"{_ADD}. Mind the slash at the end of the issuer",
        field=Field.ISSUER,
        compares=True,
    ),
    700212: Words(
        cause='no federated credential of client {client} has the presented audience "{audience}"',
        remedy=_ADD,
        field=Field.AUDIENCE,
        compares=True,
    ),
    700213: Words(
        cause='no federated credential of client {client} has the presented subject "{subject}"',
        remedy=f"{_ADD}. Upper and lower case count",
        field=Field.SUBJECT,
        compares=True,
    ),
    70025: Words(
        cause="client {client} has no federated credential at all (presented: issuer {issuer}, subject {subject})",
        remedy=_ADD,
    ),
    700016: Words(
        cause="tenant {tenant} has no application or managed identity with client id {client}",
        remedy=(
            "correct {named_by}, or the tenant id: the client id must be that of the identity, not its object id, and "
            "an identity made within the last minutes may still be unknown"
        ),
    ),
    90002: Words(
        cause="{authority_host} knows no tenant {tenant}",
        remedy="correct tenantId, and see that environmentType names the tenant's cloud",
    ),
    900023: Words(
        cause='"{tenant}" is neither a tenant id nor a verified domain',
        remedy="correct tenantId: it is a GUID, shown as Directory (tenant) ID in the portal",
    ),
    700024: Words(
        cause="the token was outside its time of validity when Entra read it (issuer {issuer}, subject {subject})",
        remedy="compare the clocks of the cluster's control plane with the world's: the tokens carry their time",
    ),
    700027: _UNVERIFIABLE,
    50027: _UNVERIFIABLE,
    5002727: _UNVERIFIABLE,
    5002738: _UNVERIFIABLE,
    900384: _UNVERIFIABLE,
    90061: _UNREACHABLE,
    50166: _UNREACHABLE,
    900612: _UNREACHABLE,
    700222: _FROM_ENTRA,
    700226: _FROM_ENTRA,
    700236: _FROM_ENTRA,
    700227: Words(
        cause='Entra does not allow the audience "{audience}" in a token that is to be traded',
        remedy="use the audience api://AzureADTokenExchange in the ServiceAccount's token and the federated credential",
    ),
    50049: Words(
        cause="Entra knows no cloud instance at {authority_host}: {description}",
        remedy="correct environmentType, or customCloudConfig.activeDirectoryEndpoint",
    ),
    7000112: Words(
        cause="the application {client} is disabled in tenant {tenant}",
        remedy="enable the enterprise application's sign-in in Entra, or use another identity",
    ),
    7000229: Words(
        cause="the application {client} has no service principal in tenant {tenant}",
        remedy="create it: az ad sp create --id {client}, or correct the tenant id",
    ),
    53003: Words(
        cause="a Conditional Access policy of tenant {tenant} blocks client {client}",
        remedy="let the policy for workload identities admit the cluster's outbound address",
    ),
    7000216: _NO_PROOF,
    7000218: _NO_PROOF,
    900144: _MALFORMED,
    90014: _MALFORMED,
    9002313: _MALFORMED,
    70003: _MALFORMED,
    70011: _WRONG_SCOPE,
    1002012: _WRONG_SCOPE,
    500011: _WRONG_SCOPE,
}
