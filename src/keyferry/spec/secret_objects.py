"""`secretObjects` of a SecretProviderClass: the faultless ones as values, and a problem for each fault of the others.

Called by secret_provider_class's parse. What upstream finds when it makes the Secret, or the API server when it gets
it, is found here: https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret and
https://kubernetes.io/docs/concepts/configuration/secret/#secret-types.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from keyferry.model.errors import foreign
from keyferry.spec import checking, labels
from keyferry.spec.fields import secret_provider_class as fields
from keyferry.spec.problems import Problems

TLS: Final = "kubernetes.io/tls"
TLS_KEYS: Final = ("tls.crt", "tls.key")
_BASIC_AUTH: Final = "kubernetes.io/basic-auth"
_ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105  (a type of Secret)
_ACCOUNT_NAME: Final = "kubernetes.io/service-account.name"
_NEEDED_KEYS: Final = {
    TLS: TLS_KEYS,
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_PATH: Final = "spec.secretObjects"
_ENTRY: Final = fields.secret_object()
_KEY: Final = re.compile(r"(?!\.\.)[-._a-zA-Z0-9]{1,253}")  # as IsConfigMapKey of k8s.io/apimachinery


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySource:
    """One key of a synced Secret, and the mounted file whose bytes it gets. Both without blanks around them."""

    key: str
    object_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretObject:
    """One of `secretObjects`: a Kubernetes Secret that is made of mounted files. `data` has at least one key."""

    secret_name: str
    type: str
    data: tuple[KeySource, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def read(found: object, problems: Problems) -> tuple[SecretObject, ...]:
    """Return the faultless entries of `secretObjects`; note what is wrong with the others.

    Of two entries with one Secret the first counts, and the second is a fault.
    """
    if found is None:
        return ()
    if isinstance(found, str) or not isinstance(found, Sequence):
        problems.add(_PATH, "must be a list", "write one entry for each Secret, with a dash before it")
        return ()
    kept: dict[str, SecretObject] = {}
    for index, entry in enumerate(found):
        path = f"{_PATH}[{index}]"
        secret = _secret(entry, path, problems)
        if secret is not None and secret.secret_name in kept:
            problems.add(f"{path}.secretName", f'"{secret.secret_name}" occurs twice', "put its keys in one entry")
        elif secret is not None:
            kept[secret.secret_name] = secret
    return tuple(kept.values())


def _secret(entry: object, path: str, problems: Problems) -> SecretObject | None:
    before = len(problems)
    checked = checking.check(_ENTRY, entry, path, problems)
    if len(problems) > before:
        return None
    given = checked | {"type": checked.get("type", "").strip()}
    for name in ("secretName", "type", "data"):
        if not given.get(name):
            problems.add(f"{path}.{name}", "is missing or empty", "add it")
    secret = SecretObject(
        secret_name=checked.get("secretName", ""),
        type=given["type"],
        data=_data(checked.get("data", ()), f"{path}.data", problems),
        labels=checked.get("labels", {}),
        annotations=checked.get("annotations", {}),
    )
    labels.check_labels(secret.labels, f"{path}.labels", problems)
    labels.check_annotations(secret.annotations, f"{path}.annotations", problems)
    _check_type(secret, path, problems)
    return secret if len(problems) == before else None


def _data(entries: Sequence[Mapping[str, Any]], path: str, problems: Problems) -> tuple[KeySource, ...]:
    found: dict[str, KeySource] = {}
    for index, entry in enumerate(entries):
        source = KeySource(key=entry.get("key", "").strip(), object_name=entry.get("objectName", "").strip())
        here = f"{path}[{index}]"
        if not source.object_name:
            problems.add(f"{here}.objectName", "is missing or empty", "write the alias or name of a mounted object")
        if not source.key:
            problems.add(f"{here}.key", "is missing or empty", "write the key that the Secret gets")
        elif not _KEY.fullmatch(source.key) or source.key == ".":
            problems.add(
                f"{here}.key",
                f'"{foreign(source.key)}" cannot be the key of a Secret',
                "use letters, digits, -, . and _, at most 253, and no two dots first",
            )
        elif source.key in found:
            problems.add(f"{here}.key", f'"{source.key}" occurs twice', "rename or remove one")
        found[source.key] = source
    return tuple(found.values())


def _check_type(secret: SecretObject, path: str, problems: Problems) -> None:
    """The API server refuses some types without their keys, and upstream other keys in a TLS Secret."""
    keys = [source.key for source in secret.data]
    if not keys:
        return
    for key in _NEEDED_KEYS.get(secret.type, ()):
        if key not in keys:
            problems.add(f"{path}.data", f"has no key {key}, which the type {secret.type} needs", f"add the key {key}")
    if secret.type == TLS:
        for key in (key for key in keys if key and key not in TLS_KEYS):
            remedy = "put it in a Secret of its own, or use the type Opaque"
            problems.add(f"{path}.data", f'has the key "{foreign(key)}", and {TLS} has tls.crt and tls.key', remedy)
    if secret.type == _BASIC_AUTH and not {"username", "password"} & set(keys):
        problems.add(f"{path}.data", f"has neither username nor password, and {_BASIC_AUTH} needs one", "add one")
    if secret.type == _ACCOUNT_TOKEN and not secret.annotations.get(_ACCOUNT_NAME):
        problems.add(
            f"{path}.annotations[{_ACCOUNT_NAME}]", f"is missing, and the type {_ACCOUNT_TOKEN} needs it", "add it"
        )
