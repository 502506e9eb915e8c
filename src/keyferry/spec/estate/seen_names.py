"""What applications see: names of files and keys, environment variables, the folder of a mount.

A text that breaks its rule is not shown: it may be a password in the wrong field.
"""

import re
from typing import Final

from keyferry.spec import mount_paths
from keyferry.spec.schema import Complaint

MAX_KEY: Final = 253
_KEY: Final = re.compile("[-._a-zA-Z0-9]+")
_VARIABLE: Final = re.compile("[-._a-zA-Z][-._a-zA-Z0-9]*")
_PLAIN_VARIABLE: Final = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def alias(text: str) -> Complaint | None:
    """Refuse what can be the name of no file; the way that it comes by may ask for more."""
    if not mount_paths.problem_of_name(text) and text.isprintable():
        return None
    return Complaint(
        message="can be the name of no file below a mount",
        remedy="write a name, or a path of names with / between them: no / first, no .. in it",
    )


def key(text: str) -> Complaint | None:
    """Refuse what cannot be a key of a Secret. https://kubernetes.io/docs/concepts/configuration/secret/"""
    if _KEY.fullmatch(text) and len(text) <= MAX_KEY and text != "." and not text.startswith(".."):
        return None
    return Complaint(
        message="cannot be a key of a Secret",
        remedy="use letters, digits, -, _ and . alone, at most 253, and no two dots first",
    )


def variable(text: str, *, is_written: bool) -> Complaint | None:
    """Refuse what cannot be an environment variable.

    What was written as one (`is_written`) may be any that Kubernetes takes; a vault's name is none by chance alone.
    https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
    """
    if (_VARIABLE if is_written else _PLAIN_VARIABLE).fullmatch(text):
        return None
    wish = re.sub("[^A-Z0-9]", "_", text.upper())
    wish = wish if _PLAIN_VARIABLE.fullmatch(wish) else f"_{wish}"
    remedy = (
        "use letters, digits and _, no digit first" if is_written else f"write `as: {wish}`, or what it is known by"
    )
    return Complaint(message="cannot be the name of an environment variable", remedy=remedy)


def mount_path(text: str) -> Complaint | None:
    """Refuse what cannot be the folder of a mount in a container."""
    parts = text.split("/")
    is_fine = text.startswith("/") and text != "/" and not {".", ".."} & set(parts) and "//" not in text
    if is_fine and ":" not in text and text.isprintable() and len(text) <= 1024:
        return None
    return Complaint(
        message="is no folder that can be mounted", remedy='write an absolute path, such as "/mnt/secrets"'
    )
