"""The fields of the generators, as External Secrets Operator 2.9 serves them in v1alpha1.

ClusterGenerator takes every kind of upstream's, so that its manifests are stored as they are; keyferry runs four.
"""

from collections.abc import Callable, Mapping
from typing import Final

from keyferry.spec import registries, rules
from keyferry.spec.fields import references
from keyferry.spec.schema import Flag, Integer, Items, Node, Table, Text, Texts

ENVIRONMENTS: Final = ("PublicCloud", "USGovernmentCloud", "ChinaCloud", "GermanCloud", "AzureStackCloud")
ENCODINGS: Final = ("base64", "base64url", "base32", "hex", "raw")


def password() -> Table:
    """Return the fields under `spec` of Password."""
    return Table(
        doc="What the password is made of. It is another one at every refresh.",
        fields={
            "length": Integer(doc="How many characters; 0 means 24.", format="", default=24),
            "digits": Integer(doc="How many of them are digits; a quarter of the length when missing.", format=""),
            "symbols": Integer(doc="How many of them are symbols; a quarter of the length when missing.", format=""),
            "symbolCharacters": Text(doc='The symbols to choose from, such as "-_$@"; ASCII punctuation when missing.'),
            "noUpper": Flag(doc="Use no upper-case letters.", default=False),
            "allowRepeat": Flag(
                doc="Let characters occur more than once; without it, digits may be ten at most.", default=False
            ),
            "secretKeys": Items(
                doc="Keys that each get a password of their own; password when missing.",
                of=Text(doc="A key, such as ADMIN_PASSWORD."),
                min_items=1,
            ),
            "encoding": Text(doc="How the password is written down in the end.", enum=ENCODINGS, default="raw"),
        },
    )


def uuid() -> Table:
    """Return the fields under `spec` of UUID: there are none."""
    return Table(doc="A random UUID (version 4) needs no settings.", fields={})


def fake() -> Table:
    """Return the fields under `spec` of Fake."""
    return Table(
        doc="Fixed values, for tests of manifests.",
        fields={
            "controller": Text(doc="Class of the operator that serves this generator; any operator when missing."),
            "data": Texts(doc='Keys and their values, such as user: "app".'),
        },
    )


def acr_access_token() -> Table:
    """Return the fields under `spec` of ACRAccessToken."""
    return Table(
        doc="A login for an Azure Container Registry: the keys username and password.",
        required=("auth", "registry"),
        fields={
            "registry": Text(doc='Host name of the registry, such as "example.azurecr.io".', rule=registries.host),
            "scope": Text(
                doc='Narrows the login, such as "repository:app:pull"; it then lasts an hour or so. Without it, the '
                "login may do what the identity may, for three hours."
            ),
            "tenantId": Text(doc="Entra tenant of the identity, a GUID.", rule=rules.guid),
            "environmentType": Text(doc="The Azure cloud.", enum=ENVIRONMENTS, default="PublicCloud"),
            "auth": _auth(),
        },
    )


def cluster_generator() -> Table:
    """Return the fields under `spec` of ClusterGenerator."""
    return Table(
        doc="A generator that any namespace may use.",
        required=("kind", "generator"),
        fields={
            "kind": Text(doc="Kind of the generator, such as Password.", enum=tuple(CLUSTER_FIELDS)),
            "generator": Table(
                doc="Its settings: one field, that of the kind, with what the namespaced kind has under spec.",
                min_properties=1,
                max_properties=1,
                fields={field: _settings(kind) for kind, field in CLUSTER_FIELDS.items()},
            ),
        },
    )


def status() -> Table:
    """Return the fields under `status`: there are none, and upstream keeps none either."""
    return Table(doc="Generators keep no status.", fields={})


def _auth() -> Table:
    return Table(
        doc="As whom to ask: of several, servicePrincipal wins over managedIdentity, and that over workloadIdentity.",
        fields={
            "workloadIdentity": Table(
                doc="A ServiceAccount whose tokens Entra trades: nothing is stored.",
                fields={
                    "serviceAccountRef": references.service_account_selector(
                        "ServiceAccount of the namespace that asks. Without it, the operator's own identity counts."
                    )
                },
            ),
            "managedIdentity": Table(
                doc="An identity of the machine that the operator runs on.",
                fields={
                    "identityId": Text(
                        doc="Client id or resource id of the identity; the machine's own when missing.",
                        rule=rules.managed_identity,
                    )
                },
            ),
            "servicePrincipal": Table(
                doc="An application with a stored client secret, which can leak; prefer workloadIdentity.",
                required=("secretRef",),
                fields={
                    "secretRef": Table(
                        doc="Where the credential stands, in the namespace that asks.",
                        fields={
                            "clientId": references.secret_key_selector("The application's client id."),
                            "clientSecret": references.secret_key_selector("Its client secret."),
                        },
                    )
                },
            ),
        },
    )


def _settings(kind: str) -> Node:
    ours = GENERATORS.get(kind)
    if ours is not None:
        return ours()
    return Table(doc=f"Settings of {kind}, which keyferry does not run.", fields={}, open=True)


GENERATORS: Final[Mapping[str, Callable[[], Table]]] = {
    "ACRAccessToken": acr_access_token,
    "Fake": fake,
    "Password": password,
    "UUID": uuid,
}
# Each kind that upstream's ClusterGenerator takes, with the field that holds its settings.
CLUSTER_FIELDS: Final[Mapping[str, str]] = {
    "ACRAccessToken": "acrAccessTokenSpec",
    "BeyondtrustWorkloadCredentialsDynamicSecret": "beyondtrustWorkloadCredentialsDynamicSecretSpec",
    "CloudsmithAccessToken": "cloudsmithAccessTokenSpec",
    "ECRAuthorizationToken": "ecrAuthorizationTokenSpec",
    "Fake": "fakeSpec",
    "GCRAccessToken": "gcrAccessTokenSpec",
    "GithubAccessToken": "githubAccessTokenSpec",
    "GitlabDeployToken": "gitlabDeployTokenSpec",
    "Grafana": "grafanaSpec",
    "MFA": "mfaSpec",
    "Password": "passwordSpec",
    "QuayAccessToken": "quayAccessTokenSpec",
    "SSHKey": "sshKeySpec",
    "STSSessionToken": "stsSessionTokenSpec",
    "UUID": "uuidSpec",
    "VaultDynamicSecret": "vaultDynamicSecretSpec",
    "Webhook": "webhookSpec",
}
