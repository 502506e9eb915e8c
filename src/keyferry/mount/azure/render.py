"""From what a vault holds to the files of a volume. Pure and total: what cannot be a file is a SpecError.

Called by mount.azure.provider. What lands in which file is the Azure provider's:
https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, SecretBundle, SecretValue
from keyferry.mount.azure import naming
from keyferry.mount.state import MountedFile, ObjectVersion, Payload
from keyferry.spec import mount_paths
from keyferry.spec.azure_mount import MountObject, ObjectFormat
from keyferry.vault.forms import encodings


@dataclass(frozen=True, slots=True, kw_only=True)
class Obtained:
    """One version of an object, as it was read. `index` is its place in a history, None for one that has none."""

    wanted: MountObject
    bundle: SecretBundle
    index: int | None = None

    @property
    def path(self) -> str:
        """Where its file is."""
        return self.wanted.path if self.index is None else f"{self.wanted.path}/{self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """How certificates are laid out, as the provider's two flags say.

    With `separate_files` a certificate's secret also gives `path.crt` and `path.key`, before `path` with both in it.
    """

    construct_pem_chain: bool = True
    separate_files: bool = False


def render(obtained: Sequence[Obtained], forms: Forms, *, mode: int) -> Payload:
    """Return the files, in the order of the objects, and which version of what they show.

    `mode` is that of objects which have none of their own. One object that is listed twice has one version, the last
    one's. SpecError names the object and quotes no value.
    """
    files = tuple(file for one in obtained for file in _files(one, forms, mode))
    problem = mount_paths.problem_of_paths([file.path for file in files])
    if problem:
        raise SpecError(
            what="the files of the volume do not go together",
            cause=problem,
            remedy="give the objects other names with objectAlias",
        )
    versions = {naming.object_id(one.wanted, one.index): one.bundle.properties.version for one in obtained}
    return Payload(
        files=files, versions=tuple(ObjectVersion(id=name, version=version) for name, version in versions.items())
    )


def _files(one: Obtained, forms: Forms, mode: int) -> Iterator[MountedFile]:
    mode = mode if one.wanted.mode is None else one.wanted.mode
    try:
        for suffix, content in _contents(one, forms):
            decoded = encodings.decoded(content, one.wanted.encoding)
            yield MountedFile(path=one.path + suffix, mode=mode, content=decoded)
    except SpecError as problem:
        raise naming.told_of(problem, one.wanted) from None


def _contents(one: Obtained, forms: Forms) -> Iterator[tuple[str, SecretValue]]:
    """Return what goes into the object's files, by what each adds to the path.

    What reads certificates and keys is loaded when there is one: it holds 8 MiB on every node.
    """
    match one.wanted.kind:
        case ObjectKind.KEY:
            from keyferry.vault.forms import jwk  # noqa: PLC0415  (loaded when needed)

            yield "", jwk.public_pem(one.bundle.value)
        case ObjectKind.CERTIFICATE:
            from keyferry.vault.forms import pem  # noqa: PLC0415  (loaded when needed)

            yield "", pem.of_certificate(one.bundle.value)
        case ObjectKind.SECRET if one.bundle.properties.certificate_backed:
            yield from _of_certificate(one, forms)
        case ObjectKind.SECRET:
            yield "", one.bundle.value
        case _:
            assert_never(one.wanted.kind)


def _of_certificate(one: Obtained, forms: Forms) -> Iterator[tuple[str, SecretValue]]:
    from keyferry.vault.forms import pem  # noqa: PLC0415  (loaded when needed)

    value, content_type = one.bundle.value, one.bundle.properties.content_type
    if one.wanted.format is ObjectFormat.PFX:
        pem.check_content_type(content_type)
        whole = value
    else:
        whole = pem.of_backed_secret(value, content_type, ordered=forms.construct_pem_chain)
    if forms.separate_files:
        pair = pem.parted(whole)  # of PKCS#12 as it is, both are empty
        yield ".crt", pair.certificates
        yield ".key", pair.key
    yield "", whole
