"""What each operation on secrets does, after the caller has been found to be allowed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from keyferry.lab.azure.keyvault import attributes, backups, bodies, lifecycle, listing
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.kinds import SECRETS
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion
from keyferry.lab.azure.keyvault.secrets import bodies as secret_bodies
from keyferry.lab.azure.keyvault.secrets import media_types, shapes


def _get(call: Call) -> Answer:
    secret, version = _find(call)
    if not version.attributes.enabled:
        raise RefusedError(403, "Forbidden", "The operation get is not allowed on a disabled secret.", "SecretDisabled")
    return Answer(content=shapes.bundle(call.vault, secret, media_types.asked(call.request, secret, version)))


def _set(call: Call) -> Answer:
    change = secret_bodies.parse(bodies.read(call.request), with_value=True)
    SECRETS.refuse_taken(call, call.route.name)
    SECRETS.refuse_certificate(call, "set", call.route.name)
    shelf = SECRETS.shelf(call)
    secret = shelf.find(call.route.name, call.seconds) or Secret(name=call.route.name)
    version = SecretVersion(
        id=call.sources.hex_id(),
        value=change.value,
        attributes=attributes.made(change.attributes, call.seconds),
        content_type=change.content_type,
        tags=change.tags,
    )
    secret.versions[version.id] = version
    shelf.put(secret)
    call.moment.announce("Secret", secret.name, version.id, version.attributes)
    return Answer(content=shapes.bundle(call.vault, secret, version))


def _update(call: Call) -> Answer:
    change = secret_bodies.parse(bodies.read(call.request), with_value=False)
    secret, version = _find(call)
    SECRETS.refuse_managed("update", managed=secret.managed)
    updated = replace(
        version,
        attributes=attributes.changed(version.attributes, change.attributes, call.seconds),
        content_type=version.content_type if change.content_type is None else change.content_type,
        tags=version.tags if change.tags is None else change.tags,
    )
    secret.versions[version.id] = updated
    return Answer(content=shapes.properties(call.vault, secret, updated))


def _list(call: Call) -> Answer:
    present = SECRETS.shelf(call).present(call.seconds)
    return listing.answer(call, "secrets", present, lambda secret: shapes.item(call.vault, secret))


def _list_versions(call: Call) -> Answer:
    secret = SECRETS.find(call)
    kind = f"secrets/{secret.name.lower()}"
    return listing.answer(call, kind, secret.versions, lambda version: shapes.version_item(call.vault, secret, version))


def _delete(call: Call) -> Answer:
    SECRETS.refuse_moving(call)
    secret = SECRETS.find(call)
    SECRETS.refuse_managed("delete", managed=secret.managed)
    gone = lifecycle.delete(call, SECRETS, secret.name)
    return Answer(
        content=lifecycle.shown(call, SECRETS, gone, lambda each: shapes.properties(call.vault, each, each.latest))
    )


def _get_deleted(call: Call) -> Answer:
    return lifecycle.get_deleted(call, SECRETS, lambda each: shapes.properties(call.vault, each, each.latest))


def _list_deleted(call: Call) -> Answer:
    return lifecycle.list_deleted(call, SECRETS, lambda each: shapes.item(call.vault, each))


def _recover(call: Call) -> Answer:
    SECRETS.refuse_moving(call)
    SECRETS.refuse_managed("recover", managed=SECRETS.find_deleted(call).item.managed)
    secret = lifecycle.recover(call, SECRETS)
    return Answer(content=shapes.properties(call.vault, secret, secret.latest))


def _purge(call: Call) -> Answer:
    SECRETS.refuse_moving(call)
    SECRETS.refuse_managed("purge", managed=SECRETS.find_deleted(call).item.managed)
    return lifecycle.purge(call, SECRETS)


def _backup(call: Call) -> Answer:
    secret = SECRETS.find(call)
    SECRETS.refuse_managed("backup", managed=secret.managed)
    return backups.made(call, secret, len(secret.versions))


def _restore(call: Call) -> Answer:
    secret = backups.opened(call, bodies.read(call.request).octets("value"), Secret)
    SECRETS.refuse_taken(call, secret.name)
    SECRETS.refuse_certificate(call, "restore", secret.name)
    SECRETS.refuse_present(call, secret.name)
    SECRETS.shelf(call).put(secret)
    return Answer(content=shapes.properties(call.vault, secret, secret.latest))


OPERATIONS: Final[Mapping[Operation, Callable[[Call], Answer]]] = {
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
    Operation.SECRET_BACKUP: _backup,
    Operation.SECRET_RESTORE: _restore,
}


def _find(call: Call) -> tuple[Secret, SecretVersion]:
    secret = SECRETS.find(call)
    if not call.route.version:
        return secret, secret.latest
    version = secret.versions.get(call.route.version.lower())
    if version is None:
        raise SECRETS.not_found(f"{call.route.name}/{call.route.version}")
    return secret, version
