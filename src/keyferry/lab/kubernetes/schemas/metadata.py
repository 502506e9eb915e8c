"""What all kinds share: ObjectMeta, selectors, references, conditions; and `kind`, the frame around a kind."""

from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    atomic,
    boolean,
    integer,
    keyed,
    labels,
    list_of,
    opaque,
    set_of,
    string,
    strings,
    struct,
    time,
)

OWNER_REFERENCE = atomic(
    struct(
        "An object that this one belongs to. When all owners are gone, this object is deleted.",
        {
            "apiVersion": string("API version of the owner."),
            "kind": string("Kind of the owner."),
            "name": string("Name of the owner, in the same namespace or cluster-wide."),
            "uid": string("UID of the owner; an owner of the same name with another UID does not count."),
            "controller": boolean("True for the one owner that manages this object."),
            "blockOwnerDeletion": boolean(
                "True keeps the owner, deleted in the foreground, until this object is gone."
            ),
        },
        required=("apiVersion", "kind", "name", "uid"),
    )
)

MANAGED_FIELDS_ENTRY = struct(
    "The fields that one manager owns through one operation.",
    {
        "manager": string("Name of the manager, usually the client's program."),
        "operation": string("How the fields came to be owned.", one_of=("Apply", "Update")),
        "apiVersion": string("API version in which the fields are named."),
        "time": time("When the entry last changed."),
        "fieldsType": string("Format of fieldsV1; always FieldsV1."),
        "fieldsV1": opaque("The set of fields."),
        "subresource": string("Subresource through which the fields were written; empty for the object itself."),
    },
)

OBJECT_META = struct(
    "Name, labels and bookkeeping of the object.",
    {
        "name": string("Name of the object, unlike all others of its kind in the namespace. Cannot be changed."),
        "generateName": string("Prefix of a name that the server completes when `name` is empty."),
        "namespace": string("Namespace of the object; empty for cluster-wide kinds. Cannot be changed."),
        "uid": string("Identifier that the server gives; never used twice. Read-only."),
        "resourceVersion": string("Version of this object, changed by every write. Sent back to detect conflicts."),
        "generation": integer("Counts the changes of the wished-for state. Read-only.", bits=64),
        "creationTimestamp": time("When the object was made. Read-only."),
        "deletionTimestamp": time(
            "When deletion was asked for; the object goes when its finalizers are gone. Read-only."
        ),
        "deletionGracePeriodSeconds": integer("Seconds that a deleted object may take to end. Read-only.", bits=64),
        "labels": labels("Keys and values to find objects by."),
        "annotations": labels("Keys and values for tools; not searchable."),
        "ownerReferences": keyed("Objects that this one belongs to.", OWNER_REFERENCE, "uid"),
        "finalizers": set_of("Controllers that must act before the object may go.", {"type": "string"}),
        "managedFields": list_of("Which manager owns which fields.", MANAGED_FIELDS_ENTRY),
        "selfLink": string("No longer set."),
    },
)

LIST_META = struct(
    "Bookkeeping of a list or an answer.",
    {
        "resourceVersion": string("Version of the list."),
        "continue": string("Token for the next page; empty at the end."),
        "remainingItemCount": integer("How many items are left.", bits=64),
        "selfLink": string("No longer set."),
    },
)

LABEL_SELECTOR = atomic(
    struct(
        "Chooses objects by label. All conditions must hold; an empty selector chooses everything.",
        {
            "matchLabels": labels("Labels that must have exactly these values."),
            "matchExpressions": list_of(
                "Further conditions.",
                struct(
                    "One condition.",
                    {
                        "key": string("The label."),
                        "operator": string("In, NotIn, Exists or DoesNotExist."),
                        "values": strings("Values for In and NotIn."),
                    },
                    required=("key", "operator"),
                ),
            ),
        },
    )
)

LOCAL_REFERENCE = atomic(
    struct("An object of the same namespace by name.", {"name": string("Name of the object.", default="")})
)

OBJECT_REFERENCE = atomic(
    struct(
        "Another object, or a part of it.",
        {
            "apiVersion": string("API version of the object."),
            "kind": string("Kind of the object."),
            "namespace": string("Namespace of the object."),
            "name": string("Name of the object."),
            "uid": string("UID of the object."),
            "resourceVersion": string("Version of the object, if one is meant."),
            "fieldPath": string("The part that is meant, such as spec.containers{web}."),
        },
    )
)

CONDITION = struct(
    "One thing that holds, does not hold, or is not known.",
    {
        "type": string("What it is about, in CamelCase."),
        "status": string("True, False or Unknown."),
        "reason": string("Why, as one CamelCase word."),
        "message": string("Why, for people."),
        "observedGeneration": integer("The generation that it is about.", bits=64),
        "lastTransitionTime": time("When the status last changed."),
        "lastUpdateTime": time("When the condition was last written."),
        "lastProbeTime": time("When it was last looked at."),
    },
    required=("type", "status"),
)

CONDITIONS = keyed("What holds at present.", CONDITION, "type")


def kind(
    gvk: tuple[str, str, str], description: str, fields: dict[str, Schema], *, meta: Schema = OBJECT_META
) -> Schema:
    """Return the schema of a whole kind: `fields` beside apiVersion, kind and metadata."""
    group, version, name = gvk
    schema = struct(
        description,
        {
            "apiVersion": string("Group and version of the kind."),
            "kind": string("Name of the kind."),
            "metadata": meta,
            **fields,
        },
    )
    return schema | {"x-kubernetes-group-version-kind": [{"group": group, "kind": name, "version": version}]}
