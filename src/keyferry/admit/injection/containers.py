"""What one container lacks of a wish: variables, each unless it has one of that name, and the mount."""

from collections.abc import Iterator

from keyferry.admit.injection import names
from keyferry.admit.injection.pod_shape import Container, Mount
from keyferry.admit.injection.wish import RIVALS, Json, Wish
from keyferry.kube.wire.patches import Operation


def operations(container: Container, wish: Wish) -> Iterator[Operation]:
    """Yield what gives a container of the pod all that it lacks."""
    yield from _appended(f"{container.pointer}/env", container.variables is not None, lacking(container, wish))
    if container.mounts is None:
        yield Operation(op="add", path=f"{container.pointer}/volumeMounts", value=[wish.mount])
        return
    if obstacle(container, wish) is not None:
        return
    index = _named(container.mounts, wish)
    if index is None:
        yield Operation(op="add", path=f"{container.pointer}/volumeMounts/-", value=wish.mount)
    elif not container.mounts[index].is_token:
        yield Operation(op="replace", path=f"{container.pointer}/volumeMounts/{index}", value=wish.mount)


def completed(container: Json, wish: Wish) -> Json:
    """Return a container of our own making with all of the wish."""
    return container | {"env": [*container.get("env", ()), *wish.variables], "volumeMounts": [wish.mount]}


def lacking(container: Container, wish: Wish) -> list[Json]:
    """Return the variables that the container does not have, in their order."""
    has = container.variables or frozenset()
    return [entry for entry in wish.variables if entry["name"] not in has and RIVALS.get(entry["name"]) not in has]


def obstacle(container: Container, wish: Wish) -> Mount | None:
    """Return the container's own mount in the place of ours: the API server takes no two mounts on one path."""
    for mount in container.mounts or ():
        if mount.name != wish.mount["name"] and (mount.mount_path or "").rstrip("/") == names.MOUNT_PATH:
            return mount
    return None


def _appended(pointer: str, is_there: bool, entries: list[Json]) -> Iterator[Operation]:
    if is_there:
        for entry in entries:
            yield Operation(op="add", path=f"{pointer}/-", value=entry)
    elif entries:
        yield Operation(op="add", path=pointer, value=entries)


def _named(mounts: tuple[Mount, ...], wish: Wish) -> int | None:
    """Return the index of the mount that is ours: at the right path before any other with our volume."""
    ours = [index for index, mount in enumerate(mounts) if mount.name == wish.mount["name"]]
    return next((index for index in ours if mounts[index].is_token), ours[0] if ours else None)
