"""The fields of ClusterExternalSecret and ClusterPushSecret, as External Secrets Operator 2.9 serves them."""

from dataclasses import replace

from keyferry.spec import rules
from keyferry.spec.fields import external_secret, push_secret, references
from keyferry.spec.fields.label_selector import label_selector
from keyferry.spec.schema import Items, Node, Table, Text, Texts


def cluster_external_secret(version: str) -> Table:
    """Return the fields under `spec` of ClusterExternalSecret."""
    child = replace(external_secret.spec(version), doc="What each of the ExternalSecrets has under spec.")
    fields = _fields("externalSecret", "ExternalSecret", child)
    fields["namespaceSelector"] = label_selector("Labels of namespaces; the older form of namespaceSelectors.")
    fields["namespaces"] = Items(
        doc="Names of namespaces; the older form of a selector for the label kubernetes.io/metadata.name.",
        of=references.namespace_name("A namespace."),
    )
    return Table(doc="An ExternalSecret for each of many namespaces.", required=("externalSecretSpec",), fields=fields)


def cluster_push_secret() -> Table:
    """Return the fields under `spec` of ClusterPushSecret."""
    child = replace(push_secret.spec(), doc="What each of the PushSecrets has under spec.")
    fields = _fields("pushSecret", "PushSecret", child)
    return Table(doc="A PushSecret for each of many namespaces.", required=("pushSecretSpec",), fields=fields)


def cluster_external_secret_status() -> Table:
    """Return the fields under `status` of ClusterExternalSecret."""
    condition = Table(
        doc="One aspect of it.",
        required=("type", "status"),
        fields={
            "type": Text(doc="Ready says whether every namespace has what it should."),
            "status": Text(doc="True, False or Unknown."),
            "message": Text(doc="What happened, why and what to do, for people."),
        },
    )
    return _status("externalSecret", "ExternalSecret", Items(doc="State of the object.", of=condition))


def cluster_push_secret_status() -> Table:
    """Return the fields under `status` of ClusterPushSecret."""
    return _status("pushSecret", "PushSecret", references.conditions(()))


def _fields(stem: str, kind: str, child: Table) -> dict[str, Node]:
    metadata = Table(
        doc=f"Labels and annotations of each {kind}, in place of what it has.",
        fields={
            "annotations": Texts(doc="The annotations."),
            "labels": Texts(doc="The labels."),
        },
    )
    return {
        f"{stem}Spec": child,
        f"{stem}Name": references.object_name(f"Name of each {kind}; the name of this object when missing."),
        f"{stem}Metadata": metadata,
        "refreshTime": Text(
            doc="How often the namespaces are compared though nothing changed; an hour when missing.",
            rule=rules.duration,
        ),
        "namespaceSelectors": Items(
            doc="Labels of namespaces: one of the entries must fit.", of=label_selector("Labels of namespaces.")
        ),
    }


def _status(stem: str, kind: str, conditions: Items) -> Table:
    failed = Table(
        doc="A namespace without it.",
        required=("namespace",),
        fields={"namespace": Text(doc="Its name."), "reason": Text(doc="Why, and what to do.")},
    )
    return Table(
        doc="What happened last.",
        fields={
            f"{stem}Name": Text(doc=f"Name of each {kind}."),
            "failedNamespaces": Items(doc=f"Namespaces that should have the {kind} and have not.", of=failed),
            "provisionedNamespaces": Items(doc=f"Namespaces that have the {kind}.", of=Text(doc="A namespace.")),
            "conditions": conditions,
        },
    )
