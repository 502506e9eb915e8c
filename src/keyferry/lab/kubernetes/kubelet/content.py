"""The files of a pod's secret, configMap, downwardAPI and projected volumes.

Sources: https://kubernetes.io/docs/concepts/storage/projected-volumes/ and the plugins of `kubernetes/pkg/volume`.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import fields
from keyferry.lab.kubernetes.kubelet.csi_volumes import TokenWish
from keyferry.lab.kubernetes.kubelet.references import Kind, Reference
from keyferry.lab.kubernetes.objects import Object

DEFAULT_MODE: Final = 0o644
TOKEN_MODE: Final = 0o600
PLUGINS: Final = {
    "secret": "secret",
    "configMap": "configmap",
    "downwardAPI": "downward-api",
    "projected": "projected",
}
_DEFAULT_SECONDS: Final = 3600
_GROUP_READS: Final = 0o440
_GROUP_READ: Final = 0o440
_KINDS: Final = {"secrets": "secret", "configmaps": "configmap"}

Lookup = Callable[[Reference], Object | None]


class Incomplete(Exception):
    """Something that a volume needs is not there; the text names it and holds no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a volume, by its relative path."""

    content: bytes = field(repr=False)
    mode: int


def is_made_of_files(volume: Object) -> bool:
    """Tell whether a volume is of one of these kinds."""
    return any(kind in volume for kind in PLUGINS)


def plugin(volume: Object) -> str:
    """Return the plugin's name as it stands in the path."""
    return next(name for kind, name in PLUGINS.items() if kind in volume)


def wishes(volume: Object) -> tuple[TokenWish, ...]:
    """Return the tokens that a projected volume shows."""
    sources = objects.items(objects.dig(volume, "projected", "sources"))
    return tuple(_wish(one["serviceAccountToken"]) for one in sources if one.get("serviceAccountToken"))


def files(pod: Object, volume: Object, lookup: Lookup, tokens: Mapping[TokenWish, str]) -> dict[str, File]:
    """Return the volume's files by path. `tokens` are those of `wishes`. Incomplete where something is missing.

    The group of a pod with an fsGroup may read all of them.
    """
    kind = next(kind for kind in PLUGINS if kind in volume)
    source = volume[kind] or {}
    mode = DEFAULT_MODE if source.get("defaultMode") is None else int(source["defaultMode"])
    parts = objects.items(source.get("sources")) if kind == "projected" else (volume,)
    found: dict[str, File] = {}
    for part in parts:
        if wanted := part.get("serviceAccountToken"):
            found[str(wanted["path"])] = File(content=tokens[_wish(wanted)].encode(), mode=_token_mode(pod, mode))
        else:
            found.update(_part(pod, part, mode, lookup))
    if group(pod) is None:
        return found
    return {path: File(content=one.content, mode=one.mode | _GROUP_READS) for path, one in found.items()}


def group(pod: Object) -> int | None:
    """Return the group id that a pod's volumes belong to, None where nobody chose one."""
    chosen = objects.dig(pod, "spec", "securityContext", "fsGroup")
    return None if chosen is None else int(chosen)


def _wish(source: Object) -> TokenWish:
    return TokenWish(
        audience=str(source.get("audience") or ""), seconds=int(source.get("expirationSeconds") or _DEFAULT_SECONDS)
    )


def _token_mode(pod: Object, mode: int) -> int:
    """Return a token's mode: for its owner alone where it is known who that is, else as said."""
    users = {objects.dig(one, "securityContext", "runAsUser") for one in objects.items(pod["spec"].get("containers"))}
    has_owner = len(users) == 1 and None not in users
    return TOKEN_MODE if has_owner or group(pod) is not None else mode


def _part(pod: Object, part: Object, mode: int, lookup: Lookup) -> Iterable[tuple[str, File]]:
    if "downwardAPI" in part:
        return _downward(pod, objects.items((part["downwardAPI"] or {}).get("items")), mode)
    if "secret" in part or "configMap" in part:
        source = part.get("secret") or part.get("configMap") or {}
        kind: Kind = "secrets" if "secret" in part else "configmaps"
        name = str(source.get("secretName") or source.get("name") or "")
        reference = Reference(kind=kind, namespace=objects.namespace(pod), name=name)
        return _keys(reference, source, mode, lookup(reference))
    raise Incomplete(f"this lab has no projected source {next(iter(part), '')}")


def _keys(reference: Reference, source: Object, mode: int, found: Object | None) -> Iterable[tuple[str, File]]:
    is_optional = source.get("optional") is True
    if found is None:
        if is_optional:
            return
        raise Incomplete(f'{reference.kind[:-1]} "{reference.name}" not found')
    data = contents(found)
    chosen = list(objects.items(source.get("items")))
    if not chosen:
        yield from ((key, File(content=content, mode=mode)) for key, content in data.items())
        return
    for item in chosen:
        key = str(item["key"])
        if key in data:
            own = mode if item.get("mode") is None else int(item["mode"])
            yield str(item["path"]), File(content=data[key], mode=own)
        elif not is_optional:
            raise Incomplete(f"references non-existent {_KINDS[reference.kind]} key: {key}")


def contents(document: Object) -> dict[str, bytes]:
    """Return what a Secret or ConfigMap holds, by key."""
    if document.get("kind") == "Secret":
        return {key: base64.b64decode(text) for key, text in (document.get("data") or {}).items()}
    plain = {key: str(text).encode() for key, text in (document.get("data") or {}).items()}
    return plain | {key: base64.b64decode(text) for key, text in (document.get("binaryData") or {}).items()}


def _downward(pod: Object, wanted: Iterable[Object], mode: int) -> Iterable[tuple[str, File]]:
    for item in wanted:
        path = str(objects.dig(item, "fieldRef", "fieldPath") or "")
        text = fields.value(pod, path)
        if text is None:
            raise Incomplete(f"unsupported fieldPath: {path}")
        own = mode if item.get("mode") is None else int(item["mode"])
        yield str(item["path"]), File(content=text.encode(), mode=own)
