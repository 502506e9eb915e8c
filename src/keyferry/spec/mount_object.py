"""One of `objects`: what it asks of the vault and of the file, read from its fields.

Called by mount_objects. The fields are the Azure provider's:
https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final, TypeVar

from keyferry.model.errors import foreign
from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.spec import mount_paths, rules
from keyferry.spec.problems import Problems, did_you_mean
from keyferry.spec.yaml_nodes import Scalar, YamlNode

LATEST: Final = SecretVersion("")
MAX_HISTORY: Final = 100
FIELDS: Final = (
    "objectName",
    "objectAlias",
    "objectType",
    "objectVersion",
    "objectVersionHistory",
    "objectFormat",
    "objectEncoding",
    "filePermission",
)
_KINDS: Final = {"secret": ObjectKind.SECRET, "key": ObjectKind.KEY, "cert": ObjectKind.CERTIFICATE}
_KINDS_SHOWN: Final = "secret, key, cert"
_NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")
_HISTORY: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_PERMISSION: Final = re.compile(r"0*[0-7]{1,3}")
_MAX_PERMISSION_TEXT: Final = 8
_LOOKED_AT: Final = 50  # fields that may have meant another; there may be very many

E = TypeVar("E", bound=StrEnum)


class ObjectFormat(StrEnum):
    """`objectFormat`: of a certificate's secret."""

    PEM = "pem"
    PFX = "pfx"


class ObjectEncoding(StrEnum):
    """`objectEncoding`: how a secret's text stands for the bytes of the file."""

    UTF_8 = "utf-8"
    HEX = "hex"
    BASE64 = "base64"


@dataclass(frozen=True, slots=True, kw_only=True)
class MountObject:
    """One of `objects`. `version` is "" for the latest; `history` is how many versions, newest first, 0 for one alone.

    `path` is the alias, or the name where there is none; with a history the files are `path/0`, `path/1` and on. A
    `version` beside a history is where it begins. `mode` is None where the mount's own counts.
    """

    name: SecretName
    kind: ObjectKind
    path: str
    version: SecretVersion = LATEST
    history: int = 0
    format: ObjectFormat = ObjectFormat.PEM
    encoding: ObjectEncoding = ObjectEncoding.UTF_8
    mode: int | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that the object can become."""
        return tuple(f"{self.path}/{index}" for index in range(self.history)) or (self.path,)


def read(fields: Mapping[str, YamlNode], path: str, problems: Problems) -> MountObject | None:
    """Return the object that the fields name, None where something is wrong with it; note what."""
    before = len(problems)
    texts = _Texts(fields, path, problems)
    name = _name(texts, fields)
    kind = _kind(texts)
    history = _history(fields.get("objectVersionHistory"), f"{path}.objectVersionHistory", problems)
    version = _version(texts)
    is_secret = kind in {None, ObjectKind.SECRET}
    file_format = _choice(texts, "objectFormat", ObjectFormat, ObjectFormat.PEM)
    if file_format is ObjectFormat.PFX and not is_secret:
        remedy = "use objectType: secret on the certificate's name, which has its private key as well"
        texts.wrong("objectFormat", "pfx does not go with this objectType", remedy)
    encoding = _choice(texts, "objectEncoding", ObjectEncoding, ObjectEncoding.UTF_8)
    if texts["objectEncoding"] and not is_secret:
        texts.wrong("objectEncoding", "does not go with this objectType", "remove it, or use objectType: secret")
    mounted_path = _path(texts, name)
    mode = _mode(texts)
    if kind is None or len(problems) > before:
        return None
    return MountObject(
        name=SecretName(name),
        kind=kind,
        path=mounted_path,
        version=version,
        history=history,
        format=file_format,
        encoding=encoding,
        mode=mode,
    )


class _Texts:
    """The fields as trimmed text; one that is no text is a problem, and counts as empty."""

    def __init__(self, fields: Mapping[str, YamlNode], path: str, problems: Problems) -> None:
        self._path = path
        self._problems = problems
        self._texts = {name: self._text(name, fields.get(name)) for name in FIELDS if name != "objectVersionHistory"}

    def __getitem__(self, field: str) -> str:
        return self._texts[field]

    def wrong(self, field: str, message: str, remedy: str) -> None:
        """Note what is wrong with a field."""
        self._problems.add(f"{self._path}.{field}", message, remedy)

    def _text(self, field: str, node: YamlNode | None) -> str:
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.wrong(field, "must be text", "write one value behind the colon")
            return ""
        return "" if node.is_null else node.text.strip()


def _name(texts: _Texts, fields: Mapping[str, YamlNode]) -> str:
    name = texts["objectName"]
    if not name:
        others = [key for key in islice(fields, _LOOKED_AT) if key not in FIELDS]
        near = next((key for key in others if did_you_mean(key, ["objectName"])), "")
        remedy = f"rename {foreign(near)} to objectName" if near else "add the name that Key Vault shows"
        texts.wrong("objectName", "is missing or empty", remedy)
    elif not _NAME.fullmatch(name):
        remedy = "write the name that Key Vault shows, 1 to 127 letters, digits and hyphens, such as db-password"
        texts.wrong("objectName", f'"{foreign(name)}" is not a name that Key Vault can have', remedy)
    return name


def _kind(texts: _Texts) -> ObjectKind | None:
    found = texts["objectType"]
    kind = _KINDS.get(found)
    if kind is None:
        message = f'"{foreign(found)}" is not one of {_KINDS_SHOWN}' if found else "is missing or empty"
        texts.wrong("objectType", message, did_you_mean(found, _KINDS) or f"write one of {_KINDS_SHOWN}")
    return kind


def _version(texts: _Texts) -> SecretVersion:
    version = texts["objectVersion"].lower()
    if version == "latest":
        return LATEST
    complaint = rules.object_version(version)
    if complaint is not None:
        texts.wrong("objectVersion", complaint.message, complaint.remedy)
    return SecretVersion(version)


def _history(node: YamlNode | None, path: str, problems: Problems) -> int:
    """One version of one is the object alone, as for the Azure provider."""
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return 0
    if not isinstance(node, Scalar) or not node.plain or not _HISTORY.fullmatch(node.text):
        problems.add(path, "must be a whole number without quotes", "write such as 5")
        return 0
    history = int(node.text)
    if history > MAX_HISTORY:
        problems.add(path, f"is {history}, and at most {MAX_HISTORY} versions are mounted", f"write {MAX_HISTORY}")
        return 0
    return history if history > 1 else 0


def _choice(texts: _Texts, field: str, choices: type[E], default: E) -> E:
    found = texts[field].lower()
    if not found:
        return default
    try:
        return choices(found)
    except ValueError:
        shown = ", ".join(choices)
        remedy = did_you_mean(found, choices) or f"write one of {shown}"
        texts.wrong(field, f'"{foreign(texts[field])}" is not one of {shown}', remedy)
        return default


def _path(texts: _Texts, name: str) -> str:
    path = texts["objectAlias"]
    problem = mount_paths.problem_of_name(path) if path else ""
    if problem:
        remedy = "write a relative path without . and .. in it, such as DB_PASSWORD or tls/cert.pem"
        texts.wrong("objectAlias", problem, remedy)
    return path or name


def _mode(texts: _Texts) -> int | None:
    found = texts["filePermission"]
    if not found:
        return None
    if len(found) > _MAX_PERMISSION_TEXT or not _PERMISSION.fullmatch(found):
        remedy = "write the permission in octal digits, such as 0440"
        texts.wrong("filePermission", f'"{foreign(found)}" is not between 0 and 0777', remedy)
        return None
    return int(found, 8)
