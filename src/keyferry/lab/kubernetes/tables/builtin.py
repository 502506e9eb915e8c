"""Columns and cells of built-in kinds, as `kubernetes/pkg/printers/internalversion` has them."""

from datetime import datetime
from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Column
from keyferry.lab.kubernetes.tables import events, nodes, workloads
from keyferry.lab.kubernetes.tables.cells import WIDE, Printer, age, count, labels, printer, text


def columns(group: str, plural: str) -> tuple[Column, ...]:
    """Return the columns after the name."""
    return _PRINTERS.get((group, plural), _PLAIN).columns


def cells(group: str, plural: str, document: Object, now: datetime) -> list[Any]:
    """Return the cells after the name."""
    return [cell(document, now) for cell in _PRINTERS.get((group, plural), _PLAIN).cells]


def _role(document: Object, _now: datetime) -> str:
    reference = document.get("roleRef") or {}
    return f"{reference.get('kind', '')}/{reference.get('name', '')}"


def _subjects(kind: str) -> Any:
    def cell(document: Object, _now: datetime) -> str:
        found = [one for one in objects.items(document.get("subjects")) if one.get("kind") == kind]
        shown = [f"{one['namespace']}/{one['name']}" if one.get("namespace") else str(one.get("name")) for one in found]
        return ", ".join(shown)

    return cell


def _ports(document: Object, _now: datetime) -> str:
    found = objects.items(objects.dig(document, "spec", "ports"))
    return ",".join(f"{one.get('port')}/{one.get('protocol', 'TCP')}" for one in found) or "<none>"


_PLAIN = printer(("Age", age))
_BINDINGS: Printer = printer(
    ("Role", _role),
    ("Age", age),
    ("Users", _subjects("User"), WIDE),
    ("Groups", _subjects("Group"), WIDE),
    ("ServiceAccounts", _subjects("ServiceAccount"), WIDE),
)
_ROLES: Printer = printer(("Created At", text("metadata", "creationTimestamp")))
_PRINTERS: dict[tuple[str, str], Printer] = {
    ("", "namespaces"): printer(("Status", text("status", "phase")), ("Age", age)),
    ("", "secrets"): printer(("Type", text("type")), ("Data", count("data")), ("Age", age)),
    ("", "configmaps"): printer(("Data", count("data", "binaryData")), ("Age", age)),
    ("", "serviceaccounts"): printer(("Secrets", count("secrets")), ("Age", age)),
    ("", "events"): events.EVENTS,
    ("events.k8s.io", "events"): events.EVENTS,
    ("", "nodes"): nodes.NODES,
    ("storage.k8s.io", "csidrivers"): nodes.CSI_DRIVERS,
    ("storage.k8s.io", "csinodes"): nodes.CSI_NODES,
    ("", "pods"): workloads.PODS,
    ("", "services"): printer(
        ("Type", text("spec", "type")),
        ("Cluster-IP", text("spec", "clusterIP", missing="<none>")),
        ("External-IP", text("spec", "externalName", missing="<none>")),
        ("Port(s)", _ports),
        ("Age", age),
        ("Selector", lambda document, _now: labels(objects.dig(document, "spec", "selector")), WIDE),
    ),
    ("apps", "deployments"): workloads.DEPLOYMENTS,
    ("apps", "replicasets"): workloads.REPLICA_SETS,
    ("apps", "statefulsets"): workloads.STATEFUL_SETS,
    ("apps", "daemonsets"): workloads.DAEMON_SETS,
    ("coordination.k8s.io", "leases"): printer(("Holder", text("spec", "holderIdentity")), ("Age", age)),
    ("rbac.authorization.k8s.io", "roles"): _ROLES,
    ("rbac.authorization.k8s.io", "clusterroles"): _ROLES,
    ("rbac.authorization.k8s.io", "rolebindings"): _BINDINGS,
    ("rbac.authorization.k8s.io", "clusterrolebindings"): _BINDINGS,
    ("apiextensions.k8s.io", "customresourcedefinitions"): _ROLES,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"): printer(
        ("Webhooks", count("webhooks")), ("Age", age)
    ),
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations"): printer(
        ("Webhooks", count("webhooks")), ("Age", age)
    ),
}
