"""Slash-separated paths, by their text alone. Source: https://pkg.go.dev/path. `os…` does the same, as on Linux."""

from typing import Final

from keyferry.template.functions.function import Function, named
from keyferry.template.values import STRING


def _clean(path: bytes) -> bytes:
    """Return the shortest path that says the same, `.` for an empty one."""
    rooted = path.startswith(b"/")
    kept: list[bytes] = []
    for part in path.split(b"/"):
        if part == b".." and kept and kept[-1] != b"..":
            kept.pop()
        elif part not in {b"", b"."} and not (part == b".." and rooted):
            kept.append(part)
    return (b"/" if rooted else b"") + b"/".join(kept) or b"."


def _base(path: bytes) -> bytes:
    if not path:
        return b"."
    return path.rstrip(b"/").rpartition(b"/")[2] or b"/"


def _dir(path: bytes) -> bytes:
    return _clean(path[: path.rfind(b"/") + 1])


def _ext(path: bytes) -> bytes:
    name = path.rpartition(b"/")[2]
    dot = name.rfind(b".")
    return name[dot:] if dot >= 0 else b""


def _is_abs(path: bytes) -> bool:
    return path.startswith(b"/")


FUNCTIONS: Final[tuple[Function, ...]] = (
    named("clean", STRING)(_clean),
    named("osClean", STRING)(_clean),
    named("base", STRING)(_base),
    named("osBase", STRING)(_base),
    named("dir", STRING)(_dir),
    named("osDir", STRING)(_dir),
    named("ext", STRING)(_ext),
    named("osExt", STRING)(_ext),
    named("isAbs", STRING)(_is_abs),
    named("osIsAbs", STRING)(_is_abs),
)
