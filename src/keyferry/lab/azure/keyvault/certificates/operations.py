"""What each operation on certificates does, after the caller has been found to be allowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from keyferry.lab.azure.keyvault import attributes, backups, bodies, lifecycle, listing
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.certificate import Certificate, CertificateVersion
from keyferry.lab.azure.keyvault.certificates import contacts, issuers, making, pending, policies, shapes
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.kinds import CERTIFICATES, KEYS, SECRETS
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A certificate with its key and its secret."""

    certificate: Certificate
    key: Key
    secret: Secret


def _get(call: Call) -> Answer:
    if not call.route.version:
        return Answer(content=shapes.latest(call.vault, CERTIFICATES.find(call)))
    certificate, version = _find(call)
    return Answer(content=shapes.bundle(call.vault, certificate, version))


def _update(call: Call) -> Answer:
    body = bodies.read(call.request)
    change, tags = attributes.parse(body), body.tags()
    certificate, version = _find(call)
    policy = policies.parse(body.inner("policy"), certificate.policy)
    if body.has("policy"):
        certificate.policy = replace(policy, updated=call.seconds)
    mine = attributes.Change(enabled=change.enabled)  # the times are the certificate's own
    updated = replace(
        version,
        attributes=attributes.changed(version.attributes, mine, call.seconds),
        tags=version.tags if tags is None else tags,
    )
    certificate.versions[version.id] = updated
    _mirror(call, certificate, updated)
    return Answer(content=shapes.bundle(call.vault, certificate, updated))


def _mirror(call: Call, certificate: Certificate, version: CertificateVersion) -> None:
    """Give the key and the secret of the version its attributes and tags."""
    key = call.vault.objects.keys.live[certificate.name.lower()]
    secret = call.vault.objects.secrets.live[certificate.name.lower()]
    for versions in (key.versions, secret.versions):
        old = versions[version.id]
        versions[version.id] = replace(old, attributes=version.attributes, tags=version.tags)  # type: ignore[assignment]  # each keeps its type


def _list(call: Call) -> Answer:
    present = CERTIFICATES.shelf(call).present(call.seconds)
    if call.request.parameter("includePending").lower() != "true":
        present = {name: each for name, each in present.items() if each.versions}
    return listing.answer(call, "certificates", present, lambda each: shapes.item(call.vault, each))


def _list_versions(call: Call) -> Answer:
    certificate = CERTIFICATES.find(call)
    kind = f"certificates/{certificate.name.lower()}"
    return listing.answer(
        call, kind, certificate.versions, lambda version: shapes.version_item(call.vault, certificate, version)
    )


def _delete(call: Call) -> Answer:
    CERTIFICATES.refuse_moving(call)
    certificate = CERTIFICATES.find(call)
    if certificate.versions:
        lifecycle.delete(call, KEYS, certificate.name)
        lifecycle.delete(call, SECRETS, certificate.name)
    gone = lifecycle.delete(call, CERTIFICATES, certificate.name)
    return Answer(content=lifecycle.shown(call, CERTIFICATES, gone, lambda each: shapes.latest(call.vault, each)))


def _get_deleted(call: Call) -> Answer:
    return lifecycle.get_deleted(call, CERTIFICATES, lambda each: shapes.latest(call.vault, each))


def _list_deleted(call: Call) -> Answer:
    return lifecycle.list_deleted(call, CERTIFICATES, lambda each: shapes.item(call.vault, each))


def _recover(call: Call) -> Answer:
    certificate = lifecycle.recover(call, CERTIFICATES)
    if certificate.versions:
        lifecycle.recover(call, KEYS)
        lifecycle.recover(call, SECRETS)
    return Answer(content=shapes.latest(call.vault, certificate))


def _purge(call: Call) -> Answer:
    answer = lifecycle.purge(call, CERTIFICATES)
    for shelf in (call.vault.objects.keys, call.vault.objects.secrets):
        shelf.deleted.pop(call.route.name.lower(), None)
    return answer


def _backup(call: Call) -> Answer:
    certificate, _ = _find(call)
    backup = Backup(
        certificate=certificate,
        key=call.vault.objects.keys.live[certificate.name.lower()],
        secret=call.vault.objects.secrets.live[certificate.name.lower()],
    )
    return backups.made(call, backup, len(certificate.versions))


def _restore(call: Call) -> Answer:
    backup = backups.opened(call, bodies.read(call.request).octets("value"), Backup)
    name = backup.certificate.name
    for kind in (CERTIFICATES, KEYS, SECRETS):
        kind.refuse_taken(call, name)
        kind.refuse_present(call, name)
    CERTIFICATES.shelf(call).put(backup.certificate)
    KEYS.shelf(call).put(backup.key)
    SECRETS.shelf(call).put(backup.secret)
    return Answer(content=shapes.latest(call.vault, backup.certificate))


def _get_policy(call: Call) -> Answer:
    certificate = CERTIFICATES.find(call)
    return Answer(content=policies.shape(call.vault, certificate.name, certificate.policy))


def _update_policy(call: Call) -> Answer:
    body = bodies.read(call.request)
    certificate = CERTIFICATES.find(call)
    policy = replace(policies.parse(body, certificate.policy), updated=call.seconds)
    making.set_policy(call, certificate, policy)
    return Answer(content=policies.shape(call.vault, certificate.name, policy))


OPERATIONS: Final[Mapping[Operation, Callable[[Call], Answer]]] = {
    Operation.CERTIFICATE_GET: _get,
    Operation.CERTIFICATE_CREATE: making.create,
    Operation.CERTIFICATE_IMPORT: making.import_,
    Operation.CERTIFICATE_UPDATE: _update,
    Operation.CERTIFICATE_LIST: _list,
    Operation.CERTIFICATE_LIST_VERSIONS: _list_versions,
    Operation.CERTIFICATE_DELETE: _delete,
    Operation.CERTIFICATE_GET_DELETED: _get_deleted,
    Operation.CERTIFICATE_LIST_DELETED: _list_deleted,
    Operation.CERTIFICATE_RECOVER: _recover,
    Operation.CERTIFICATE_PURGE: _purge,
    Operation.CERTIFICATE_BACKUP: _backup,
    Operation.CERTIFICATE_RESTORE: _restore,
    Operation.CERTIFICATE_GET_POLICY: _get_policy,
    Operation.CERTIFICATE_UPDATE_POLICY: _update_policy,
    Operation.CERTIFICATE_GET_PENDING: pending.get,
    Operation.CERTIFICATE_UPDATE_PENDING: pending.update,
    Operation.CERTIFICATE_DELETE_PENDING: pending.delete,
    Operation.CERTIFICATE_MERGE: pending.merge,
    Operation.CERTIFICATE_GET_CONTACTS: contacts.get,
    Operation.CERTIFICATE_SET_CONTACTS: contacts.put,
    Operation.CERTIFICATE_DELETE_CONTACTS: contacts.delete,
    Operation.CERTIFICATE_LIST_ISSUERS: issuers.list_,
    Operation.CERTIFICATE_GET_ISSUER: issuers.get,
    Operation.CERTIFICATE_SET_ISSUER: issuers.put,
    Operation.CERTIFICATE_UPDATE_ISSUER: issuers.update,
    Operation.CERTIFICATE_DELETE_ISSUER: issuers.delete,
}


def _find(call: Call) -> tuple[Certificate, CertificateVersion]:
    certificate = CERTIFICATES.find(call)
    wanted = call.route.version.lower()
    version = certificate.versions.get(wanted) if wanted else certificate.latest
    if version is None:
        raise CERTIFICATES.not_found("/".join(filter(None, (call.route.name, call.route.version))))
    return certificate, version
