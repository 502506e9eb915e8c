"""Names around the install: charts, images, digests, versions, applications, Terraform's backends and their settings.

A text that breaks its rule is not shown: it may be a password in the wrong field.
"""

import re
from typing import Final

from keyferry.spec.estate import azure_names
from keyferry.spec.schema import Complaint

_PATH: Final = re.compile(r"\.{1,2}/[A-Za-z0-9._/-]+|/[A-Za-z0-9._/-]+")
_OCI: Final = re.compile(r"oci://[A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+")
_VERSION: Final = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?")
_IMAGE: Final = re.compile(
    r"([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
)
_DIGEST: Final = re.compile("sha256:[0-9a-f]{64}")
_APPLICATION_URI: Final = re.compile("api://[A-Za-z0-9._~/:-]+")
_BACKEND: Final = re.compile("[a-z][a-z0-9_]*")
# What backends of Terraform take as a credential: https://developer.hashicorp.com/terraform/language/backend
_CREDENTIAL: Final = re.compile(
    r"password|passwd|secret|token|credential|private_key|conn_str|connection_string"
    r"|(^|_)sas(_|$)|access_key|encryption_key|client_certificate$|(^|_)api_?key",
    re.IGNORECASE,
)
_NO_CREDENTIAL: Final = re.compile(r"(_path|_file|_url|_id|_name)$|^use_|^skip_", re.IGNORECASE)
_CREDENTIAL_VALUE: Final = re.compile(r"AccountKey=|[?&]sig=|-----BEGIN|://[^/@\s]*:[^/@\s]*@", re.IGNORECASE)


def chart(text: str) -> Complaint | None:
    """Refuse what is neither a folder nor a chart in a registry."""
    if _PATH.fullmatch(text) or _OCI.fullmatch(text):
        return None
    remedy = "write ./helm/keyferry, another path, or such as oci://registry.example/charts/keyferry"
    return Complaint(message="is neither the path of a chart nor one in a registry", remedy=remedy)


def version(text: str) -> Complaint | None:
    """Refuse what is no exact version."""
    if _VERSION.fullmatch(text):
        return None
    return Complaint(message="is no exact version", remedy='write such as "1.2.3": a range pins nothing')


def image(text: str) -> Complaint | None:
    """Refuse what is no name of an image, with a tag at most. A digest stands in `digest`."""
    if _IMAGE.fullmatch(text):
        return None
    remedy = "write such as registry.example/keyferry; its digest belongs into `digest`"
    return Complaint(message="is no name of an image", remedy=remedy)


def digest(text: str) -> Complaint | None:
    """Refuse what is no digest of an image."""
    if _DIGEST.fullmatch(text):
        return None
    return Complaint(message="is no digest", remedy='write "sha256:" and the 64 hexadecimal digits, in lower case')


def application(text: str) -> Complaint | None:
    """Refuse what names no application of Entra."""
    if azure_names.GUID.complain(text) is None or _APPLICATION_URI.fullmatch(text):
        return None
    return Complaint(message="names no application", remedy="write its application (client) ID, or its api:// URI")


def backend(text: str) -> Complaint | None:
    """Refuse what is no name of a backend."""
    if _BACKEND.fullmatch(text):
        return None
    return Complaint(message="is no name of a backend", remedy="write such as azurerm, local, s3 or gcs")


def is_credential(setting: str, value: str) -> bool:
    """Whether a setting of a backend is, or holds, what must not stand in a file."""
    named = bool(_CREDENTIAL.search(setting)) and not _NO_CREDENTIAL.search(setting)
    return named or bool(_CREDENTIAL_VALUE.search(value))
