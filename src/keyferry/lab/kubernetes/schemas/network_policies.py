"""NetworkPolicy: who may connect to pods, and where they may connect to. Here nothing enforces it: it is kept alone."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import described, int_or_string, integer, list_of, string, strings, struct

_PORT = struct(
    "One port, or a range.",
    {
        "port": int_or_string("Number, or name on the pods; without it every port."),
        "endPort": integer("Last port of the range."),
        "protocol": string("TCP, UDP or SCTP."),
    },
)

_BLOCK = struct(
    "Addresses outside of the cluster.",
    {"cidr": string("The network."), "except": strings("Networks in it that are left out.")},
    required=("cidr",),
)

_PEER = struct(
    "Pods or addresses.",
    {
        "podSelector": described(metadata.LABEL_SELECTOR, "Pods, of the policy's namespace unless told."),
        "namespaceSelector": described(metadata.LABEL_SELECTOR, "Their namespaces."),
        "ipBlock": _BLOCK,
    },
)

_PORTS = list_of("Ports; none are all.", _PORT)

NETWORK_POLICY = metadata.kind(
    ("networking.k8s.io", "v1", "NetworkPolicy"),
    "Which connections pods take and make.",
    {
        "spec": struct(
            "The policy.",
            {
                "podSelector": described(metadata.LABEL_SELECTOR, "Whom it is for; empty is every pod."),
                "policyTypes": strings("Ingress, Egress: what it restricts."),
                "ingress": list_of(
                    "Connections that are taken.",
                    struct("One rule.", {"ports": _PORTS, "from": list_of("From whom; none is anybody.", _PEER)}),
                ),
                "egress": list_of(
                    "Connections that are made.",
                    struct("One rule.", {"ports": _PORTS, "to": list_of("To whom; none is anybody.", _PEER)}),
                ),
            },
        ),
    },
)
