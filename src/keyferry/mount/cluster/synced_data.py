"""What a Kubernetes Secret that is made of mounted files holds. Pure. Called by mount.cluster.synced_secrets.

https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret
"""

from collections.abc import Mapping
from typing import Final

from keyferry.model.errors import SpecError, foreign
from keyferry.model.secrets import SecretValue
from keyferry.spec.secret_objects import TLS, KeySource, SecretObject

# Of all values together. https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size
LIMIT_BYTES: Final = 1024 * 1024


def data_of(synced: SecretObject, files: Mapping[str, SecretValue]) -> Mapping[str, SecretValue]:
    """Return the data of the Secret, by key, from the mounted files, by path.

    In a Secret of type kubernetes.io/tls `tls.crt` is the certificates of its file and `tls.key` the key of its own;
    all else is a file as it is. SpecError, which quotes no value, where that cannot be.
    """
    data = {source.key: _value(synced, source, files) for source in synced.data}
    size_bytes = sum(map(len, data.values()))
    if size_bytes > LIMIT_BYTES:
        raise SpecError(
            what=f"Secret {synced.secret_name} would be too large",
            cause=f"its files have {size_bytes} bytes together, a Secret at most {LIMIT_BYTES}",
            remedy="spread them over several secretObjects, or read the files from the volume",
        )
    return data


def _value(synced: SecretObject, source: KeySource, files: Mapping[str, SecretValue]) -> SecretValue:
    content = files.get(source.object_name)
    if content is None:
        raise SpecError(
            what=f"Secret {synced.secret_name}: objectName {foreign(source.object_name)} is not a mounted file",
            cause=f"mounted are {foreign(', '.join(sorted(files))) or 'none'}",
            remedy="write the objectAlias where the object has one, and of a history the version too, as db/0",
        )
    if synced.type != TLS:
        return content
    from keyferry.vault.forms import tls  # noqa: PLC0415  (it holds 8 MiB, and most Secrets are no key pairs)

    try:
        return tls.certificates_of(content) if source.key == "tls.crt" else tls.key_of(content)
    except SpecError as problem:
        raise SpecError(
            what=f"Secret {synced.secret_name}: {source.key} cannot be made of {foreign(source.object_name)}: "
            f"{problem.what}",
            cause=problem.cause,
            remedy=problem.remedy,
        ) from None
