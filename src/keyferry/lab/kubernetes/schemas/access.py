"""Who somebody is and what they may do: the four RBAC kinds, token kinds and access reviews."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    atomic,
    boolean,
    integer,
    list_of,
    map_of,
    opaque,
    string,
    strings,
    struct,
    time,
)

_RBAC = "rbac.authorization.k8s.io"

_RULES = list_of(
    "What is allowed.",
    struct(
        "Verbs on resources or URLs.",
        {
            "verbs": strings("Such as get, list, watch, create; * for all."),
            "apiGroups": strings("API groups; an empty text is the core group, * is all."),
            "resources": strings("Resources, with /subresource where one is meant; * for all."),
            "resourceNames": strings("Only objects of these names; all if empty."),
            "nonResourceURLs": strings("Paths that are not resources; * at the end for all below."),
        },
        required=("verbs",),
    ),
)
_ROLE_REFERENCE = atomic(
    struct(
        "The role that is given. Cannot be changed.",
        {"apiGroup": string("API group of the role."), "kind": string("Role or ClusterRole."), "name": string("Name.")},
        required=("kind", "name"),
    )
)
_SUBJECTS = list_of(
    "Who gets the role.",
    atomic(
        struct(
            "One of them.",
            {
                "kind": string("User, Group or ServiceAccount."),
                "apiGroup": string("API group of the kind."),
                "name": string("Name."),
                "namespace": string("Namespace of a ServiceAccount."),
            },
            required=("kind", "name"),
        )
    ),
)

ROLE = metadata.kind((_RBAC, "v1", "Role"), "What is allowed in one namespace.", {"rules": _RULES})
CLUSTER_ROLE = metadata.kind(
    (_RBAC, "v1", "ClusterRole"),
    "What is allowed, in all namespaces or wherever a RoleBinding gives it.",
    {"rules": _RULES, "aggregationRule": opaque("Labels of roles whose rules are taken over.")},
)
ROLE_BINDING = metadata.kind(
    (_RBAC, "v1", "RoleBinding"),
    "Gives a role in one namespace.",
    {"roleRef": _ROLE_REFERENCE, "subjects": _SUBJECTS},
)
CLUSTER_ROLE_BINDING = metadata.kind(
    (_RBAC, "v1", "ClusterRoleBinding"),
    "Gives a ClusterRole everywhere.",
    {"roleRef": _ROLE_REFERENCE, "subjects": _SUBJECTS},
)

_EXTRA = map_of("Further attributes of the user.", strings("The values."))
_USER = struct(
    "Somebody who was recognised.",
    {"username": string("Name."), "uid": string("UID."), "groups": strings("Groups."), "extra": _EXTRA},
)

TOKEN_REQUEST = metadata.kind(
    ("authentication.k8s.io", "v1", "TokenRequest"),
    "Asks for a token of a ServiceAccount.",
    {
        "spec": struct(
            "The token that is wanted.",
            {
                "audiences": strings("Who the token is for; the API server if empty."),
                "expirationSeconds": integer("Lifetime, at least 600; 3600 if not given.", bits=64),
                "attestations": opaque("Statements about the bearer."),
                "boundObjectRef": struct(
                    "An object that the token shall die with.",
                    {
                        "kind": string("Pod, Secret or Node."),
                        "apiVersion": string("API version."),
                        "name": string("Name."),
                        "uid": string("UID."),
                    },
                ),
            },
        ),
        "status": struct(
            "The answer.", {"token": string("The token."), "expirationTimestamp": time("When it stops to hold.")}
        ),
    },
)

TOKEN_REVIEW = metadata.kind(
    ("authentication.k8s.io", "v1", "TokenReview"),
    "Asks whom a token stands for.",
    {
        "spec": struct("The token.", {"token": string("The token."), "audiences": strings("Audiences that would do.")}),
        "status": struct(
            "The answer.",
            {
                "authenticated": boolean("Whether the token is good."),
                "user": _USER,
                "audiences": strings("Audiences that the token is good for."),
                "error": string("Why it is not good."),
            },
        ),
    },
)

SELF_SUBJECT_REVIEW = metadata.kind(
    ("authentication.k8s.io", "v1", "SelfSubjectReview"),
    "Asks who the caller is.",
    {"status": struct("The answer.", {"userInfo": _USER})},
)

_REVIEWED: dict[str, Schema] = {
    "resourceAttributes": struct(
        "An action on a resource.",
        {
            "verb": string("The verb."),
            "group": string("API group; * for all."),
            "version": string("API version; * for all."),
            "resource": string("Resource; * for all."),
            "subresource": string("Subresource."),
            "namespace": string("Namespace; empty for all or none."),
            "name": string("Name; empty for all."),
            "fieldSelector": opaque("Only objects with these fields."),
            "labelSelector": opaque("Only objects with these labels."),
        },
    ),
    "nonResourceAttributes": struct(
        "An action on a path.", {"path": string("The path."), "verb": string("The HTTP verb in lower case.")}
    ),
}
_REVIEW_STATUS = struct(
    "The answer.",
    {
        "allowed": boolean("Whether it is allowed."),
        "denied": boolean("Whether it is forbidden for good."),
        "reason": string("Why."),
        "evaluationError": string("What went wrong while deciding."),
    },
    required=("allowed",),
)

_SUBJECT_REVIEW = {
    "spec": struct(
        "The question.",
        _REVIEWED | {"user": string("Name."), "groups": strings("Groups."), "uid": string("UID."), "extra": _EXTRA},
    ),
    "status": _REVIEW_STATUS,
}

SUBJECT_ACCESS_REVIEW = metadata.kind(
    ("authorization.k8s.io", "v1", "SubjectAccessReview"), "Asks whether somebody may do something.", _SUBJECT_REVIEW
)
LOCAL_SUBJECT_ACCESS_REVIEW = metadata.kind(
    ("authorization.k8s.io", "v1", "LocalSubjectAccessReview"),
    "Asks whether somebody may do something in one namespace.",
    _SUBJECT_REVIEW,
)
SELF_SUBJECT_ACCESS_REVIEW = metadata.kind(
    ("authorization.k8s.io", "v1", "SelfSubjectAccessReview"),
    "Asks whether the caller may do something.",
    {"spec": struct("The question.", _REVIEWED), "status": _REVIEW_STATUS},
)
