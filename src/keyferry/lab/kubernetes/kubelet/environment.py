"""A container's environment, command and arguments. Source:
https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import content, fields
from keyferry.lab.kubernetes.kubelet.references import Kind, Reference
from keyferry.lab.kubernetes.objects import Object

_VARIABLE: Final = re.compile(r"\$\$|\$\(([-._a-zA-Z][-._a-zA-Z0-9]*)\)")

Lookup = Callable[[Reference], Object | None]


class Unresolved(Exception):
    """A variable's source is missing; the text names it and holds no value."""


def variables(pod: Object, container: Object, lookup: Lookup) -> dict[str, str]:
    """Return the environment that the specification asks for. Unresolved where a source that must be there is not."""
    namespace = objects.namespace(pod)
    found: dict[str, str] = {}
    for source in objects.items(container.get("envFrom")):
        prefix = str(source.get("prefix") or "")
        found.update((f"{prefix}{key}", text) for key, text in _all_keys(source, namespace, lookup))
    for entry in objects.items(container.get("env")):
        text = _value(pod, entry, namespace, lookup)
        if text is not None:
            found[str(entry["name"])] = expanded(text, found) if "valueFrom" not in entry else text
    return found


def expanded(text: str, values: Mapping[str, str]) -> str:
    """Return the text with `$(NAME)` replaced where NAME is known; `$$` stands for one `$`."""

    def replacement(match: re.Match[str]) -> str:
        if match[1] is None:
            return "$"
        return values.get(match[1], match[0])

    return _VARIABLE.sub(replacement, text)


def arguments(container: Object, values: Mapping[str, str]) -> list[str]:
    """Return the command with its arguments; empty where the image would have to say it."""
    words: Iterable[object] = [*(container.get("command") or ()), *(container.get("args") or ())]
    return [expanded(str(word), values) for word in words]


def _value(pod: Object, entry: Object, namespace: str, lookup: Lookup) -> str | None:
    source = entry.get("valueFrom")
    if not source:
        return str(entry.get("value") or "")
    if "fieldRef" in source:
        path = str(source["fieldRef"].get("fieldPath") or "")
        if (text := fields.value(pod, path)) is None:
            raise Unresolved(f"unsupported fieldPath: {path}")
        return text
    if "secretKeyRef" in source:
        return _key(source["secretKeyRef"], "secrets", namespace, lookup)
    if "configMapKeyRef" in source:
        return _key(source["configMapKeyRef"], "configmaps", namespace, lookup)
    raise Unresolved(f"this lab cannot fill the variable {entry['name']} from {next(iter(source))}")


def _key(source: Object, kind: Kind, namespace: str, lookup: Lookup) -> str | None:
    found = _found(source, kind, namespace, lookup)
    key = str(source.get("key") or "")
    values = {} if found is None else content.contents(found)
    if key in values:
        return values[key].decode("utf-8", "replace")
    if source.get("optional") is True:
        return None
    thing = "Secret" if kind == "secrets" else "ConfigMap"
    raise Unresolved(f"couldn't find key {key} in {thing} {namespace}/{source.get('name')}")


def _all_keys(source: Object, namespace: str, lookup: Lookup) -> Iterable[tuple[str, str]]:
    kind: Kind = "secrets" if "secretRef" in source else "configmaps"
    found = _found(source.get("secretRef") or source.get("configMapRef") or {}, kind, namespace, lookup)
    values = {} if found is None else content.contents(found)
    return ((key, text.decode("utf-8", "replace")) for key, text in sorted(values.items()))


def _found(source: Object, kind: Kind, namespace: str, lookup: Lookup) -> Object | None:
    name = str(source.get("name") or "")
    found = lookup(Reference(kind=kind, namespace=namespace, name=name))
    if found is None and source.get("optional") is not True:
        raise Unresolved(f'{kind[:-1]} "{name}" not found')
    return found
