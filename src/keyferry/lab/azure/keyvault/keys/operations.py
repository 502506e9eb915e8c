"""What each operation on keys does but using them, after the caller has been found to be allowed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault import attributes, backups, bodies, lifecycle, listing
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.keys import bodies as key_bodies
from keyferry.lab.azure.keyvault.keys import finding, making, rotation, shapes, usage
from keyferry.lab.azure.keyvault.kinds import KEYS
from keyferry.lab.azure.keyvault.rights import Operation


def _get(call: Call) -> Answer:
    key, version = finding.find(call)
    return Answer(content=shapes.bundle(call.vault, key, version))


def _create(call: Call) -> Answer:
    creation = key_bodies.creation(bodies.read(call.request), premium=_is_premium(call))
    key = _writable(call, "create")
    return _add(call, key, call.sources.private_key(creation.spec), creation.type, creation.change)


def _import(call: Call) -> Answer:
    brought = key_bodies.imported(bodies.read(call.request), premium=_is_premium(call))
    key = _writable(call, "import")
    return _add(call, key, private_keys.pem(brought.key), brought.type, brought.change)


def _add(call: Call, key: Key, pem: str, type_: str, change: key_bodies.Change) -> Answer:
    made = making.version(
        call.sources.hex_id(),
        pem,
        attributes.made(change.attributes, call.seconds),
        hsm=type_.endswith("-HSM"),
        operations=change.operations,
        tags=change.tags,
    )
    making.add(call.moment, key, made)
    return Answer(content=shapes.bundle(call.vault, key, made))


def _writable(call: Call, verb: str) -> Key:
    """Return the key that a new version is to be of, a new one where none has the name."""
    KEYS.refuse_taken(call, call.route.name)
    KEYS.refuse_certificate(call, verb, call.route.name)
    return KEYS.shelf(call).find(call.route.name, call.seconds) or Key(name=call.route.name)


def _rotate(call: Call) -> Answer:
    key = KEYS.find(call)
    KEYS.refuse_managed("rotate", managed=key.managed)
    return Answer(content=shapes.bundle(call.vault, key, rotation.rotate(call.moment, key)))


def _update(call: Call) -> Answer:
    key, version = finding.find(call)
    change = key_bodies.change(bodies.read(call.request), version.type)
    KEYS.refuse_managed("update", managed=key.managed)
    updated = replace(
        version,
        operations=version.operations if change.operations is None else change.operations,
        attributes=attributes.changed(version.attributes, change.attributes, call.seconds),
        tags=version.tags if change.tags is None else change.tags,
    )
    key.versions[version.id] = updated
    return Answer(content=shapes.bundle(call.vault, key, updated))


def _list(call: Call) -> Answer:
    present = KEYS.shelf(call).present(call.seconds)
    return listing.answer(call, "keys", present, lambda key: shapes.item(call.vault, key))


def _list_versions(call: Call) -> Answer:
    key = KEYS.find(call)
    kind = f"keys/{key.name.lower()}"
    return listing.answer(call, kind, key.versions, lambda version: shapes.version_item(call.vault, key, version))


def _delete(call: Call) -> Answer:
    KEYS.refuse_moving(call)
    key = KEYS.find(call)
    KEYS.refuse_managed("delete", managed=key.managed)
    gone = lifecycle.delete(call, KEYS, key.name)
    return Answer(content=lifecycle.shown(call, KEYS, gone, lambda each: shapes.deleted_bundle(call.vault, each)))


def _get_deleted(call: Call) -> Answer:
    return lifecycle.get_deleted(call, KEYS, lambda each: shapes.deleted_bundle(call.vault, each))


def _list_deleted(call: Call) -> Answer:
    return lifecycle.list_deleted(call, KEYS, lambda each: shapes.item(call.vault, each))


def _recover(call: Call) -> Answer:
    KEYS.refuse_moving(call)
    KEYS.refuse_managed("recover", managed=KEYS.find_deleted(call).item.managed)
    return Answer(content=shapes.deleted_bundle(call.vault, lifecycle.recover(call, KEYS)))


def _purge(call: Call) -> Answer:
    KEYS.refuse_moving(call)
    KEYS.refuse_managed("purge", managed=KEYS.find_deleted(call).item.managed)
    return lifecycle.purge(call, KEYS)


def _backup(call: Call) -> Answer:
    key = KEYS.find(call)
    KEYS.refuse_managed("backup", managed=key.managed)
    return backups.made(call, key, len(key.versions))


def _restore(call: Call) -> Answer:
    key = backups.opened(call, bodies.read(call.request).octets("value"), Key)
    KEYS.refuse_taken(call, key.name)
    KEYS.refuse_certificate(call, "restore", key.name)
    KEYS.refuse_present(call, key.name)
    KEYS.shelf(call).put(key)
    return Answer(content=shapes.bundle(call.vault, key, key.latest))


def _get_rotation_policy(call: Call) -> Answer:
    return Answer(content=rotation.shape(call.vault, KEYS.find(call)))


def _set_rotation_policy(call: Call) -> Answer:
    policy = rotation.parse(bodies.read(call.request))
    key = KEYS.find(call)
    KEYS.refuse_managed("update", managed=key.managed)
    key.rotation = replace(policy, created=key.rotation.created or call.seconds, updated=call.seconds)
    return Answer(content=rotation.shape(call.vault, key))


OPERATIONS: Final[Mapping[Operation, Callable[[Call], Answer]]] = {
    Operation.KEY_GET: _get,
    Operation.KEY_CREATE: _create,
    Operation.KEY_IMPORT: _import,
    Operation.KEY_ROTATE: _rotate,
    Operation.KEY_UPDATE: _update,
    Operation.KEY_LIST: _list,
    Operation.KEY_LIST_VERSIONS: _list_versions,
    Operation.KEY_DELETE: _delete,
    Operation.KEY_GET_DELETED: _get_deleted,
    Operation.KEY_LIST_DELETED: _list_deleted,
    Operation.KEY_RECOVER: _recover,
    Operation.KEY_PURGE: _purge,
    Operation.KEY_BACKUP: _backup,
    Operation.KEY_RESTORE: _restore,
    Operation.KEY_GET_ROTATION_POLICY: _get_rotation_policy,
    Operation.KEY_SET_ROTATION_POLICY: _set_rotation_policy,
    **usage.OPERATIONS,
}


def _is_premium(call: Call) -> bool:
    return call.vault.sku == "premium"
