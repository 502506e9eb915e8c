"""The fields of SecretStore and ClusterSecretStore, which are the same."""

from typing import Final

from keyferry.spec import rules
from keyferry.spec.fields import references
from keyferry.spec.fields.azure_key_vault import azure_key_vault
from keyferry.spec.fields.label_selector import label_selector
from keyferry.spec.fields.references import V1
from keyferry.spec.schema import Integer, IntegerOrText, Items, Node, Table, Text

_INTERVAL: Final = "How often the store itself is checked; five minutes when missing or 0."


def spec(version: str) -> Table:
    """Return the fields under `spec`."""
    interval: Node = Integer(doc=f"{_INTERVAL} In seconds.", format="int64")
    if version == V1:
        interval = IntegerOrText(
            doc=f'{_INTERVAL} Seconds, or a duration such as "10m".', rule=rules.seconds_or_duration
        )
    return Table(
        doc="Where the secrets are and how to get at them.",
        required=("provider",),
        fields={
            "controller": Text(doc="Class of the operator that serves this store; any operator when missing."),
            "provider": Table(
                doc="The service that holds the secrets: exactly one. keyferry reads azurekv, Azure Key Vault.",
                fields={"azurekv": azure_key_vault(version)},
                min_properties=1,
                max_properties=1,
                open=True,
            ),
            "retrySettings": Table(
                doc="Retries of other providers; has no effect on Azure Key Vault.",
                fields={
                    "maxRetries": Integer(doc="How many."),
                    "retryInterval": Text(doc='How long between two, such as "10s".'),
                },
            ),
            "refreshInterval": interval,
            "conditions": Items(
                doc="Namespaces that may use a ClusterSecretStore: one entry must fit; all may without any.",
                of=_condition(),
            ),
        },
    )


def status() -> Table:
    """Return the fields under `status`."""
    return Table(
        doc="What happened last.",
        fields={
            "capabilities": Text(doc="ReadOnly, WriteOnly or ReadWrite."),
            "conditions": references.conditions(()),
        },
    )


def _condition() -> Table:
    return Table(
        doc="One way to fit: by any of its fields.",
        fields={
            "namespaceSelector": label_selector("Labels of the namespace."),
            "namespaces": Items(doc="Names of namespaces.", of=references.namespace_name("A namespace.")),
            "namespaceRegexes": Items(
                doc="Regular expressions (RE2) over names of namespaces.",
                of=Text(doc="A pattern.", rule=rules.regexp, most_together=rules.MOST_PATTERNS),
            ),
        },
    )
