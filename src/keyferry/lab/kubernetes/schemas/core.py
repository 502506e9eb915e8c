"""Namespace, Secret, ConfigMap, ServiceAccount and the two kinds of Event."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    boolean,
    described,
    integer,
    keyed,
    labels,
    list_of,
    map_of,
    octets,
    string,
    strings,
    struct,
    time,
)

NAMESPACE = metadata.kind(
    ("", "v1", "Namespace"),
    "A space for names. Deleting it deletes everything in it.",
    {
        "spec": struct("What the namespace should be.", {"finalizers": strings("What must happen before it may go.")}),
        "status": struct(
            "What the namespace is.",
            {"phase": string("Active or Terminating."), "conditions": metadata.CONDITIONS},
        ),
    },
)

SECRET = metadata.kind(
    ("", "v1", "Secret"),
    "Small confidential data for pods. The keys may have letters, digits, `-`, `_` and `.`.",
    {
        "data": map_of("The values in base64.", octets("One value.")),
        "stringData": labels("Values as plain text, for writing only: the server moves them to `data`."),
        "type": string("What the values are for, such as Opaque or kubernetes.io/tls. Cannot be changed."),
        "immutable": boolean("True forbids any change of the values until the Secret is deleted."),
    },
)

CONFIG_MAP = metadata.kind(
    ("", "v1", "ConfigMap"),
    "Configuration for pods.",
    {
        "data": labels("Values as text."),
        "binaryData": map_of("Values that are not UTF-8, in base64.", octets("One value.")),
        "immutable": boolean("True forbids any change of the values until the ConfigMap is deleted."),
    },
)

SERVICE_ACCOUNT = metadata.kind(
    ("", "v1", "ServiceAccount"),
    "The identity that pods have towards the API server and, with a token, towards others.",
    {
        "secrets": keyed("Secrets that its pods may use.", metadata.OBJECT_REFERENCE, "name"),
        "imagePullSecrets": list_of("Secrets to fetch images with.", metadata.LOCAL_REFERENCE),
        "automountServiceAccountToken": boolean("False keeps tokens out of pods that do not ask for them."),
    },
)

_SERIES_TIME = "When it was last seen."


def _event(gvk: tuple[str, str, str], fields: dict[str, Schema]) -> Schema:
    common = {
        "eventTime": time("When it was first seen."),
        "series": struct(
            "How often it has happened, where it goes on.",
            {
                "count": integer("How often."),
                "lastObservedTime": time(_SERIES_TIME),
            },
        ),
        "action": string("What was done or failed."),
        "reason": string("Why, as one CamelCase word."),
        "type": string("Normal or Warning."),
        "related": described(metadata.OBJECT_REFERENCE, "A second object that takes part."),
    }
    return metadata.kind(gvk, "Something that happened to an object. Events are kept for an hour.", common | fields)


EVENT = _event(
    ("", "v1", "Event"),
    {
        "involvedObject": described(metadata.OBJECT_REFERENCE, "The object that it happened to."),
        "message": string("What happened, for people."),
        "source": struct(
            "Who reported it.",
            {"component": string("The program."), "host": string("The node that it runs on.")},
        ),
        "firstTimestamp": time("When it was first seen."),
        "lastTimestamp": time(_SERIES_TIME),
        "count": integer("How often it was seen."),
        "reportingComponent": string("The controller that reports, such as kubernetes.io/kubelet.", default=""),
        "reportingInstance": string("Which replica of it.", default=""),
    },
)

EVENTS_EVENT = _event(
    ("events.k8s.io", "v1", "Event"),
    {
        "regarding": described(metadata.OBJECT_REFERENCE, "The object that it happened to."),
        "note": string("What happened, for people; up to 1 KiB."),
        "reportingController": string("The controller that reports, such as kubernetes.io/kubelet."),
        "reportingInstance": string("Which replica of it."),
        "deprecatedSource": struct(
            "Who reported it, in v1.", {"component": string("The program."), "host": string("Its node.")}
        ),
        "deprecatedFirstTimestamp": time("First time, in v1."),
        "deprecatedLastTimestamp": time("Last time, in v1."),
        "deprecatedCount": integer("Count, in v1."),
    },
)
