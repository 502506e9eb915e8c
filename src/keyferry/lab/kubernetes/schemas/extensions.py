"""What extends the server: CustomResourceDefinition and the two webhook configurations."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    boolean,
    integer,
    keyed,
    list_of,
    octets,
    opaque,
    string,
    strings,
    struct,
)

_CA_BUNDLE = octets("Certificates that the server trusts for it, PEM in base64.")
_WEBHOOK_CLIENT = struct(
    "Where the webhook is.",
    {
        "url": string("Its URL, in place of a Service."),
        "caBundle": _CA_BUNDLE,
        "service": struct(
            "Its Service.",
            {
                "namespace": string("Namespace."),
                "name": string("Name."),
                "path": string("Path of the URL."),
                "port": integer("Port; 443 if not given."),
            },
            required=("namespace", "name"),
        ),
    },
)

_NAMES = struct(
    "What the kind is called.",
    {
        "plural": string("In URLs."),
        "singular": string("For one object."),
        "kind": string("In manifests."),
        "listKind": string("For lists."),
        "shortNames": strings("For the command line."),
        "categories": strings("Groups of resources, such as all."),
    },
    required=("plural", "kind"),
)
_VERSION = struct(
    "One version.",
    {
        "name": string("Such as v1beta1."),
        "served": boolean("Whether it can be used."),
        "storage": boolean("Whether objects are kept in it; true for one."),
        "deprecated": boolean("Whether its users are warned."),
        "deprecationWarning": string("The warning."),
        "schema": struct("What its objects look like.", {"openAPIV3Schema": opaque("The schema.")}),
        "subresources": struct(
            "Parts with URLs of their own.",
            {"status": opaque("The status."), "scale": opaque("The number of replicas.")},
        ),
        "additionalPrinterColumns": list_of(
            "Columns of `kubectl get`.",
            struct(
                "One column.",
                {
                    "name": string("Heading."),
                    "type": string("Type of the values."),
                    "jsonPath": string("Where the value is."),
                    "format": string("Form of the values."),
                    "description": string("What it tells."),
                    "priority": integer("Above 0 only with -o wide."),
                },
                required=("name", "type", "jsonPath"),
            ),
        ),
        "selectableFields": list_of("Fields for field selectors.", opaque("One field.")),
    },
    required=("name", "served", "storage"),
)

CUSTOM_RESOURCE_DEFINITION = metadata.kind(
    ("apiextensions.k8s.io", "v1", "CustomResourceDefinition"),
    "Teaches the server a new kind.",
    {
        "spec": struct(
            "The kind.",
            {
                "group": string("API group."),
                "names": _NAMES,
                "scope": string("Namespaced or Cluster."),
                "versions": list_of("Its versions.", _VERSION),
                "conversion": struct(
                    "How versions are converted.",
                    {
                        "strategy": string("None or Webhook."),
                        "webhook": struct(
                            "The webhook that converts.",
                            {
                                "clientConfig": _WEBHOOK_CLIENT,
                                "conversionReviewVersions": strings("Versions that it understands."),
                            },
                        ),
                    },
                    required=("strategy",),
                ),
                "preserveUnknownFields": boolean("Old; must be false."),
            },
            required=("group", "names", "scope", "versions"),
        ),
        "status": struct(
            "What the server made of it.",
            {
                "conditions": keyed("What holds at present.", metadata.CONDITION, "type", strategy=""),
                "acceptedNames": _NAMES,
                "storedVersions": strings("Versions in which objects may be stored."),
                "observedGeneration": integer("The generation that the status is about.", bits=64),
            },
        ),
    },
)

_RULE = struct(
    "Operations on resources.",
    {
        "operations": strings("CREATE, UPDATE, DELETE, CONNECT or *."),
        "apiGroups": strings("API groups; * for all."),
        "apiVersions": strings("API versions; * for all."),
        "resources": strings("Resources, with /subresource where one is meant."),
        "scope": string("Cluster, Namespaced or *."),
    },
)
_CONDITION = struct(
    "One condition.",
    {"name": string("Its name."), "expression": string("What must be true, in CEL.")},
    required=("name", "expression"),
)


def _configuration(name: str, description: str, further: dict[str, Schema]) -> Schema:
    webhook = struct(
        "One webhook.",
        {
            "name": string("Full name with dots."),
            "clientConfig": _WEBHOOK_CLIENT,
            "rules": list_of("Which requests it sees.", _RULE),
            "namespaceSelector": metadata.LABEL_SELECTOR,
            "objectSelector": metadata.LABEL_SELECTOR,
            "failurePolicy": string("Fail or Ignore: what happens when it does not answer."),
            "matchPolicy": string("Exact or Equivalent."),
            "sideEffects": string("None, NoneOnDryRun."),
            "timeoutSeconds": integer("Seconds that it may take; 1 to 30."),
            "admissionReviewVersions": strings("Versions that it understands."),
            "matchConditions": keyed("What must hold besides.", _CONDITION, "name"),
            **further,
        },
        required=("name", "clientConfig", "sideEffects", "admissionReviewVersions"),
    )
    return metadata.kind(
        ("admissionregistration.k8s.io", "v1", name), description, {"webhooks": keyed("The webhooks.", webhook, "name")}
    )


MUTATING_WEBHOOK_CONFIGURATION = _configuration(
    "MutatingWebhookConfiguration",
    "Webhooks that may change objects before they are stored.",
    {"reinvocationPolicy": string("IfNeeded asks again after later changes; Never does not.")},
)
VALIDATING_WEBHOOK_CONFIGURATION = _configuration(
    "ValidatingWebhookConfiguration", "Webhooks that may refuse objects before they are stored.", {}
)
