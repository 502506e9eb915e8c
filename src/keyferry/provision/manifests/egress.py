"""The NetworkPolicy of a namespace: what pods that ask for it may reach where egress is closed. Pure."""

from typing import Final

from keyferry.provision.manifests.placement import PART_OF_LABEL, Document

EGRESS_LABEL: Final = "keyferry.io/egress"
NAME: Final = "keyferry-azure-egress"


def network_policy(estate: str, namespace: str) -> Document:
    """Return a policy that opens DNS and HTTPS to pods with the label `keyferry.io/egress: azure`, and no other port.

    `namespace` "" leaves open where: for a base that goes into several.
    It is for pods that speak to Entra and Key Vault themselves, in namespaces that deny egress. What mounts files or
    reads a Secret needs neither: keyferry's own pods fetch them. No pod has the label by itself, because a policy
    closes all that it does not open. https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """
    metadata = {"name": NAME, **({"namespace": namespace} if namespace else {}), "labels": {PART_OF_LABEL: estate}}
    dns = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": {
            "podSelector": {"matchLabels": {EGRESS_LABEL: "azure"}},
            "policyTypes": ["Egress"],
            "egress": [{"ports": dns}, {"ports": [{"protocol": "TCP", "port": 443}]}],
        },
    }
