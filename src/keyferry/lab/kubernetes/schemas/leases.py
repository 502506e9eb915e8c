"""Lease: who leads, and since when."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import integer, string, struct, time

LEASE = metadata.kind(
    ("coordination.k8s.io", "v1", "Lease"),
    "A claim that its holder must renew, for leader election and heartbeats.",
    {
        "spec": struct(
            "The claim.",
            {
                "holderIdentity": string("Who holds it."),
                "leaseDurationSeconds": integer("Seconds after the last renewal until others may take it."),
                "acquireTime": time("When the holder took it."),
                "renewTime": time("When the holder last renewed it."),
                "leaseTransitions": integer("How often the holder has changed."),
                "strategy": string("How a coordinator chooses the holder."),
                "preferredHolder": string("Who should take over."),
            },
        )
    },
)
