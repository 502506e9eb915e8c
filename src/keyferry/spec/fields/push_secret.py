"""The fields of PushSecret, as External Secrets Operator 2.9 serves them in v1alpha1."""

from typing import Final

from keyferry.spec import rules
from keyferry.spec.fields import references, remote
from keyferry.spec.fields.label_selector import label_selector
from keyferry.spec.fields.references import V1
from keyferry.spec.fields.target import template
from keyferry.spec.schema import Items, Node, Table, Text, Validation

_KINDS: Final = ("SecretStore", "ClusterSecretStore")
_DATA_TO: Final = (
    Validation(
        rule="has(self.storeRef) && (has(self.storeRef.name) || has(self.storeRef.labelSelector))",
        message="storeRef needs a name or a labelSelector",
    ),
    Validation(
        rule="!has(self.remoteKey) || !has(self.rewrite) || size(self.rewrite) == 0",
        message="rewrite makes a name for each key, and remoteKey is one name for all: keep one of them",
    ),
)


def spec() -> Table:
    """Return the fields under `spec`."""
    return Table(
        doc="What to write into vaults, and from where.",
        required=("secretStoreRefs", "selector"),
        fields={
            "refreshInterval": Text(
                doc='How often the vault is compared with the source, as a Go duration such as "1h". A change of the '
                'source is written at once. "0" writes once, and again when this object is edited.',
                default="1h0m0s",
                rule=rules.duration,
            ),
            "secretStoreRefs": Items(doc="The stores to write to.", of=_store("A store, or many by their labels.")),
            "updatePolicy": Text(
                doc="Replace writes over what was pushed before; IfNotExists leaves alone what exists.",
                enum=("Replace", "IfNotExists"),
                default="Replace",
            ),
            "deletionPolicy": Text(
                doc="Delete removes from the vault what this object wrote, when an entry or the object goes; None "
                "leaves it there.",
                enum=("Delete", "None"),
                default="None",
            ),
            "selector": _selector(),
            "data": Items(doc="Keys of the Secret, one by one; they win over dataTo.", of=_data_item()),
            "dataTo": Items(doc="Many keys of the Secret at once.", of=_data_to_item()),
            "template": template(V1),
        },
    )


def status() -> Table:
    """Return the fields under `status`."""
    return Table(
        doc="What happened last.",
        fields={
            "refreshTime": Text(doc="When the vault was compared last.", format="date-time", nullable=True),
            "syncedResourceVersion": Text(doc="Mark of the generation, labels and annotations that were pushed last."),
            "syncedPushSecrets": Table(
                doc="What was written, by store (Kind/name) and by remoteKey[/property].", fields={}, open=True
            ),
            "conditions": references.conditions(()),
        },
    )


def _store(doc: str) -> Table:
    return Table(
        doc=doc,
        fields={
            "name": references.object_name("Name of the store, such as azure-kv."),
            "kind": Text(
                doc="SecretStore, of the same namespace, or ClusterSecretStore.", enum=_KINDS, default="SecretStore"
            ),
            "labelSelector": label_selector("Labels of the stores, in place of a name."),
        },
    )


def _selector() -> Table:
    return Table(
        doc="Where the values come from: a Secret of the same namespace, several by their labels, or a generator.",
        min_properties=1,
        max_properties=1,
        fields={
            "secret": Table(
                doc="A Secret by its name, or several by their labels.",
                fields={
                    "name": references.object_name("Name of the Secret."),
                    "selector": label_selector("Labels of the Secrets; each is pushed."),
                },
            ),
            "generatorRef": references.generator_ref(V1),
        },
    )


def _data_item() -> Table:
    remote_ref = Table(
        doc="The object of the vault.",
        required=("remoteKey",),
        fields={
            "remoteKey": Text(
                doc="Name of the secret in the vault, such as app-prod-db-password; secret/NAME, cert/NAME and "
                "key/NAME say the kind of object too.",
                rule=rules.object_key,
            ),
            "property": Text(doc="Azure Key Vault has no properties; it only tells entries apart in the status."),
        },
    )
    match = Table(
        doc="What goes where.",
        required=("remoteRef",),
        fields={
            "secretKey": Text(doc="Key of the Secret; the whole Secret as a JSON object when missing."),
            "remoteRef": remote_ref,
        },
    )
    return Table(doc="One object of the vault.", required=("match",), fields={"match": match, **_policies()})


def _data_to_item() -> Table:
    return Table(
        doc="Keys that match, each under its own name, or all of them as one JSON object.",
        required=("storeRef",),
        validations=_DATA_TO,
        fields={
            "storeRef": _store("The store, one of secretStoreRefs."),
            "remoteKey": Text(doc="One secret of the vault for all the keys, as a JSON object.", rule=rules.object_key),
            "match": Table(
                doc="Condition on the keys; every key when missing.",
                fields={
                    "regexp": Text(
                        doc='Regular expression (RE2) that must occur in the key, such as "^db-".',
                        rule=rules.regexp,
                        most_together=rules.MOST_PATTERNS,
                    ),
                },
            ),
            "rewrite": Items(doc="Steps that make names of the vault from the keys.", of=_rewrite()),
            **_policies(),
        },
    )


def _rewrite() -> Table:
    step = remote.rewrites(V1).of
    assert isinstance(step, Table), "a step of rewrite has fields"
    fields = {name: step.fields[name] for name in ("regexp", "transform")}
    return Table(doc="One step, of one kind.", min_properties=1, max_properties=1, fields=fields)


def _policies() -> dict[str, Node]:
    return {
        "metadata": Table(
            doc="A PushSecretMetadata document: expirationDate, contentType and tags of the vault's object.",
            fields={},
            open=True,
        ),
        "conversionStrategy": Text(
            doc="ReverseUnicode takes _U002f_ in a key for the character it stands for, here a slash.",
            enum=("None", "ReverseUnicode"),
            default="None",
        ),
    }
