"""Service."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import (
    atomic,
    boolean,
    int_or_string,
    integer,
    keyed,
    labels,
    opaque,
    string,
    strings,
    struct,
)

_PORT = struct(
    "One port.",
    {
        "name": string("Name; needed where there are several."),
        "port": integer("Number on the Service."),
        "targetPort": int_or_string("Number or name on the pods."),
        "nodePort": integer("Number on every node."),
        "protocol": string("TCP, UDP or SCTP.", default="TCP"),
        "appProtocol": string("What is spoken on it."),
    },
    required=("port",),
)

SERVICE = metadata.kind(
    ("", "v1", "Service"),
    "One name and address for several pods.",
    {
        "spec": struct(
            "What the Service should be.",
            {
                "type": string("ClusterIP, NodePort, LoadBalancer or ExternalName."),
                "selector": atomic(labels("Labels of the pods.")),
                "ports": keyed("The ports.", _PORT, "port", "protocol"),
                "clusterIP": string("Address in the cluster; None for none."),
                "clusterIPs": strings("Addresses in the cluster."),
                "externalIPs": strings("Addresses that reach nodes."),
                "externalName": string("DNS name that an ExternalName stands for."),
                "externalTrafficPolicy": string("Cluster or Local."),
                "internalTrafficPolicy": string("Cluster or Local."),
                "trafficDistribution": string("Preference among the pods."),
                "ipFamilies": strings("IPv4, IPv6."),
                "ipFamilyPolicy": string("SingleStack, PreferDualStack or RequireDualStack."),
                "loadBalancerIP": string("Address that the load balancer should have."),
                "loadBalancerClass": string("Which load balancer."),
                "loadBalancerSourceRanges": strings("Networks that may connect."),
                "allocateLoadBalancerNodePorts": boolean("Whether node ports are given."),
                "healthCheckNodePort": integer("Port of health checks."),
                "publishNotReadyAddresses": boolean("True lists pods that are not ready."),
                "sessionAffinity": string("None or ClientIP."),
                "sessionAffinityConfig": opaque("How long it holds."),
            },
        ),
        "status": struct(
            "What the Service is.",
            {"conditions": metadata.CONDITIONS, "loadBalancer": opaque("Addresses of the load balancer.")},
        ),
    },
)
