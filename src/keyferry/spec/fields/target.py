"""The fields that say which object a sync writes, and how its template makes the data."""

from typing import Final

from keyferry.spec.fields.references import V1, object_name
from keyferry.spec.fields.remote import decoding_strategy
from keyferry.spec.schema import Flag, Items, Node, Table, Text, Texts

_DEFAULT: Final = {"creationPolicy": "Owner", "deletionPolicy": "Retain"}
_CREATION_POLICIES: Final = ("Owner", "Orphan", "Merge", "None")
_FILE_KEY: Final = r"^[-._a-zA-Z0-9]+$"


def target(version: str) -> Table:
    """Return `spec.target`."""
    policies = _CREATION_POLICIES + (("CreateOrMerge",) if version == V1 else ())
    fields: dict[str, Node] = {
        "name": object_name("Name of the Secret; the name of the ExternalSecret when missing."),
        "creationPolicy": Text(
            doc="Whose the Secret is. Owner: it is created, its data replaced, and it goes with the ExternalSecret. "
            "Orphan: it stays then. Merge: keys are added to a Secret that is there, and foreign keys stay; "
            "CreateOrMerge creates it, too. None: it is not written.",
            enum=policies,
            default="Owner",
        ),
        "deletionPolicy": Text(
            doc="What happens when the vault has nothing to deliver any more: Retain keeps the Secret, Delete deletes "
            "it, Merge removes the keys that are gone.",
            enum=("Delete", "Merge", "Retain"),
            default="Retain",
        ),
        "immutable": Flag(doc="Makes the Secret immutable: its data stays what it was at first."),
        "template": template(version),
    }
    if version == V1:
        fields["manifest"] = Table(
            doc="Writes an object of another kind than Secret. Needs --unsafe-allow-generic-targets.",
            required=("apiVersion", "kind"),
            fields={
                "apiVersion": Text(doc="API of the object, such as v1.", min_length=1),
                "kind": Text(doc="Kind of the object, such as ConfigMap.", min_length=1),
            },
        )
    return Table(doc="The Secret to write.", default=_DEFAULT, fields=fields)


def template(version: str) -> Table:
    """Return `spec.target.template`."""
    metadata: dict[str, Node] = {
        "annotations": Texts(doc="Annotations of the Secret; values are templates."),
        "labels": Texts(doc="Labels of the Secret; values are templates."),
    }
    if version == V1:
        metadata["finalizers"] = Items(doc="Finalizers to add to the Secret.", of=Text(doc="A finalizer."))
    return Table(
        doc="Blueprint of the Secret, in Go templates over the values that were read.",
        fields={
            "type": Text(doc="Type of the Secret, such as kubernetes.io/dockerconfigjson."),
            "engineVersion": Text(doc="Version of the template language.", enum=("v2",), default="v2"),
            "metadata": Table(doc="Labels and annotations in place of the ExternalSecret's own.", fields=metadata),
            "mergePolicy": Text(
                doc="Replace writes what the templates make alone; Merge writes the values that were read as well.",
                enum=("Replace", "Merge"),
                default="Replace",
            ),
            "data": Texts(doc='Key to template, such as url: "postgres://app:{{ .password }}@db/app".'),
            "templateFrom": Items(doc="Further templates, in order.", of=_template_from(version)),
        },
    )


def _template_from(version: str) -> Table:
    v1 = version == V1
    doc = "Where the result goes: Data, Annotations or Labels."
    fields: dict[str, Node] = {
        "configMap": _template_source("A ConfigMap of the same namespace that holds templates."),
        "secret": _template_source("A Secret of the same namespace that holds templates."),
        "target": Text(doc=doc, default="Data", enum=() if v1 else ("Data", "Annotations", "Labels")),
        "literal": Text(doc="A template that renders to a YAML mapping of keys to values."),
    }
    if v1:
        fields["valuesDecodingStrategy"] = decoding_strategy("How to decode the rendered values.")
    return Table(doc="One source of templates.", fields=fields)


def _template_source(doc: str) -> Table:
    item = Table(
        doc="One key of it.",
        required=("key",),
        fields={
            "key": Text(doc="The key.", min_length=1, max_length=253, pattern=_FILE_KEY),
            "templateAs": Text(
                doc="Values renders the value of the key; KeysAndValues renders to a YAML mapping.",
                enum=("Values", "KeysAndValues"),
                default="Values",
            ),
        },
    )
    return Table(
        doc=doc,
        required=("items", "name"),
        fields={"name": object_name("Its name."), "items": Items(doc="The keys to render.", of=item)},
    )
