"""The operations on the secrets of one vault, after the caller has been found to be allowed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from keyferry.lab.azure.keyvault import bodies, paging, shapes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.objects import Deleted, Secret, Version
from keyferry.lab.azure.keyvault.paging import Page
from keyferry.lab.azure.keyvault.rights import Operation

T = TypeVar("T")


def perform(call: Call) -> Answer:
    """Do what the call asks and return the answer. RefusedError where it cannot be done."""
    call.vault.objects.expire(call.now)
    content = _OPERATIONS[call.route.operation](call)
    return Answer(content=content, status=204 if content is None else 200)


def _get(call: Call) -> dict[str, Any]:
    secret, version = _find(call)
    if not version.enabled:
        raise RefusedError(403, "Forbidden", "The operation get is not allowed on a disabled secret.", "SecretDisabled")
    return shapes.bundle(call.vault, secret, version)


def _set(call: Call) -> dict[str, Any]:
    change = bodies.parse(call.request.body, with_value=True)
    _refuse_deleted(call)
    seconds = int(call.now.timestamp())
    version = Version(
        id=call.sources.hex_id(),
        value=change.value or "",
        created=seconds,
        updated=seconds,
        enabled=change.enabled is not False,
        not_before=change.not_before,
        expires=change.expires,
        content_type=change.content_type,
        tags=change.tags,
    )
    secret = call.vault.objects.add(call.route.name, version)
    return shapes.bundle(call.vault, secret, version)


def _update(call: Call) -> dict[str, Any]:
    change = bodies.parse(call.request.body, with_value=False)
    secret, version = _find(call)
    updated = replace(
        version,
        updated=int(call.now.timestamp()),
        enabled=version.enabled if change.enabled is None else change.enabled,
        not_before=version.not_before if change.not_before is None else change.not_before,
        expires=version.expires if change.expires is None else change.expires,
        content_type=version.content_type if change.content_type is None else change.content_type,
        tags=version.tags if change.tags is None else change.tags,
    )
    bodies.check_times(updated.not_before, updated.expires)
    secret.versions[version.id] = updated
    return shapes.properties(call.vault, secret, updated)


def _list(call: Call) -> dict[str, Any]:
    return _page(call, "secrets", call.vault.objects.secrets, lambda secret: shapes.item(call.vault, secret))


def _list_deleted(call: Call) -> dict[str, Any]:
    shown = {name: gone for name, gone in call.vault.objects.deleted.items() if gone.visible <= call.now.timestamp()}
    return _page(call, "deletedsecrets", shown, lambda gone: shapes.deleted_item(call.vault, gone))


def _list_versions(call: Call) -> dict[str, Any]:
    secret = _secret(call)
    kind = f"versions/{secret.name.lower()}"
    return _page(call, kind, secret.versions, lambda version: shapes.properties(call.vault, secret, version))


def _delete(call: Call) -> dict[str, Any]:
    return shapes.deleted(call.vault, call.vault.objects.delete(_secret(call), call.now))


def _get_deleted(call: Call) -> dict[str, Any]:
    return shapes.deleted(call.vault, _deleted(call))


def _recover(call: Call) -> dict[str, Any]:
    secret = call.vault.objects.recover(_deleted(call))
    return shapes.properties(call.vault, secret, secret.latest)


def _purge(call: Call) -> None:
    gone = _deleted(call)
    if call.vault.purge_protection:
        raise RefusedError(403, "Forbidden", "The vault has purge protection, so nothing is purged before its time.")
    del call.vault.objects.deleted[gone.secret.name.lower()]


_OPERATIONS: Final[Mapping[Operation, Callable[[Call], dict[str, Any] | None]]] = {
    Operation.SECRET_GET: _get,
    Operation.SECRET_SET: _set,
    Operation.SECRET_UPDATE: _update,
    Operation.SECRET_LIST: _list,
    Operation.SECRET_LIST_VERSIONS: _list_versions,
    Operation.SECRET_DELETE: _delete,
    Operation.SECRET_GET_DELETED: _get_deleted,
    Operation.SECRET_LIST_DELETED: _list_deleted,
    Operation.SECRET_RECOVER: _recover,
    Operation.SECRET_PURGE: _purge,
}


def _secret(call: Call) -> Secret:
    secret = call.vault.objects.secrets.get(call.route.name.lower())
    if secret is None:
        raise _not_found(call.route.name)
    return secret


def _find(call: Call) -> tuple[Secret, Version]:
    secret = _secret(call)
    if not call.route.version:
        return secret, secret.latest
    version = secret.versions.get(call.route.version.lower())
    if version is None:
        raise _not_found(f"{call.route.name}/{call.route.version}")
    return secret, version


def _not_found(what: str) -> RefusedError:
    return RefusedError(404, "SecretNotFound", f"A secret with (name/id) {what} was not found in this key vault.")


def _deleted(call: Call) -> Deleted:
    gone = call.vault.objects.deleted.get(call.route.name.lower())
    if gone is None or gone.visible > call.now.timestamp():
        raise RefusedError(404, "SecretNotFound", f"Deleted Secret not found: {call.route.name}")
    return gone


def _refuse_deleted(call: Call) -> None:
    gone = call.vault.objects.deleted.get(call.route.name.lower())
    if gone is not None:
        being = gone.visible > call.now.timestamp()
        raise RefusedError(
            409,
            "Conflict",
            f"The secret {gone.secret.name} is {'being deleted' if being else 'deleted but recoverable'}, so its name "
            "cannot be used: recover it, or purge it.",
            "ObjectIsBeingDeleted" if being else "ObjectIsDeletedButRecoverable",
        )


def _page(call: Call, kind: str, entries: Mapping[str, T], shape: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """Return one page of `entries`, ordered by their keys: names, or version ids (which tell nothing about time)."""
    page = call.pager.asked(call.request, kind)
    if call.vault.knobs.empty_first_page and page.after is None:
        return {"value": [], "nextLink": call.pager.next_link(call.request, kind, "", page.size)}
    shown, after = _cut(entries, page)
    link = None if after is None else call.pager.next_link(call.request, kind, after, page.size)
    return {"value": [shape(entry) for entry in shown], "nextLink": link}


def _cut(entries: Mapping[str, T], page: Page) -> tuple[list[T], str | None]:
    return paging.cut(sorted(entries.items()), page)
