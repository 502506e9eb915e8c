"""The fields of ExternalSecret, as External Secrets Operator 2.9 serves them in v1 and v1beta1."""

from typing import Final

from keyferry.spec import rules
from keyferry.spec.fields import references, remote
from keyferry.spec.fields.references import V1
from keyferry.spec.fields.target import target
from keyferry.spec.schema import Items, Node, Table, Text

_SCHEDULE: Final = r"^(@(annually|yearly|monthly|weekly|daily|midnight|hourly)|@every \S+.*|\S+( \S+){4})$"


def spec(version: str) -> Table:
    """Return the fields under `spec`."""
    fields: dict[str, Node] = {
        "secretStoreRef": references.store_ref("The store to read from; single entries may name another one."),
        "target": target(version),
        "refreshPolicy": Text(
            doc="Periodic, which a missing policy means, reads every refreshInterval; CreatedOnce reads once; OnChange "
            "reads when this object changes.",
            enum=("CreatedOnce", "Periodic", "OnChange"),
        ),
        "refreshInterval": Text(
            doc='How old a value may be, as a Go duration such as "30s" or "1h30m"; "0" reads once and never again.',
            default="1h0m0s",
            rule=rules.duration,
        ),
        "data": Items(doc="Keys of the Secret, one by one; they win over dataFrom.", of=_data_item(version)),
        "dataFrom": Items(doc="Many keys at once; later entries win.", of=_data_from_item(version)),
    }
    if version == V1:
        fields["syncWindows"] = _sync_windows()
    return Table(doc="What to deliver, and where.", fields=fields)


def status(version: str) -> Table:
    """Return the fields under `status`."""
    types = ("Ready", "Deleted") if version == V1 else ()
    return Table(
        doc="What happened last.",
        fields={
            "refreshTime": Text(doc="When the values were read last.", format="date-time", nullable=True),
            "syncedResourceVersion": Text(doc="Mark of the generation, labels and annotations that were synced last."),
            "conditions": references.conditions(types),
            "binding": Table(
                doc="The Secret, for programs that follow servicebinding.io.",
                atomic=True,
                fields={"name": Text(doc="Name of the Secret.", default="")},
            ),
        },
    )


def _data_item(version: str) -> Table:
    return Table(
        doc="One key of the Secret.",
        required=("secretKey", "remoteRef"),
        fields={
            "secretKey": Text(
                doc="The key, such as DB_PASSWORD.", min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$"
            ),
            "remoteRef": remote.remote_ref(version, "What to read."),
            "sourceRef": _source_ref(version, "Another store than secretStoreRef."),
        },
    )


def _data_from_item(version: str) -> Table:
    return Table(
        doc="One source of many keys: extract or find.",
        fields={
            "extract": remote.remote_ref(version, "A secret whose value is a JSON object: each member becomes a key."),
            "find": remote.find(version),
            "rewrite": remote.rewrites(version),
            "sourceRef": _source_ref(version, "Another store than secretStoreRef, or a generator."),
        },
    )


def _source_ref(version: str, doc: str) -> Table:
    return Table(
        doc=doc,
        min_properties=1,
        max_properties=1,
        fields={
            "storeRef": references.store_ref("A store."),
            "generatorRef": references.generator_ref(version),
        },
    )


def _sync_windows() -> Table:
    window = Table(
        doc="One window.",
        required=("schedule", "duration"),
        fields={
            "schedule": Text(
                doc='When it opens, as a cron line of five fields in UTC, such as "0 22 * * 1-5", or @daily.',
                pattern=_SCHEDULE,
                min_length=1,
                rule=rules.schedule,
            ),
            "duration": Text(doc='How long it stays open, such as "2h".', rule=rules.duration),
        },
    )
    return Table(
        doc="When values may be read again.",
        required=("kind", "windows"),
        fields={
            "kind": Text(
                doc="allow reads inside the windows alone, deny outside of them alone.", enum=("allow", "deny")
            ),
            "windows": Items(doc="The windows.", of=window, min_items=1),
        },
    )
