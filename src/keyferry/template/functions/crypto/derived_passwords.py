"""`derivePassword`: the password of a site that follows from one's own, by the algorithm of Master Password.

https://spectre.app/spectre-algorithm.pdf; the tables are part of it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from keyferry.template.functions.crypto import effort
from keyferry.template.functions.function import Surroundings

_SCOPE: Final = b"com.lyndir.masterpassword"
_FORMS: Final[Mapping[bytes, tuple[str, ...]]] = {
    b"maximum": ("anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"),
    b"long": (
        "CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv", "CvccCvcvCvcvno",
        "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno",
        "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno",
        "CvccnoCvcvCvcc", "CvccCvcvnoCvcc", "CvccCvcvCvccno",
    ),
    b"medium": ("CvcnoCvc", "CvcCvcno"),
    b"short": ("Cvcn",),
    b"basic": ("aaanaaan", "aannaaan", "aaannaaa"),
    b"pin": ("nnnn",),
}  # fmt: skip
_CHARACTERS: Final[Mapping[str, str]] = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
}
_MEMORY: Final = 64 << 20


def derive(world: Surroundings, counter: int, form: bytes, password: bytes, user: bytes, site: bytes) -> bytes:
    """Return the password of this form for a site and its counter; of an unknown form, a text that says so."""
    templates = _FORMS.get(form)
    if templates is None:
        return b"cannot find password template " + form
    effort.spend(world, effort.SCRYPT)
    salt = _SCOPE + _sized(user)
    key = hashlib.scrypt(password, salt=salt, n=32_768, r=8, p=2, maxmem=_MEMORY, dklen=64)
    seed = hmac.digest(key, _SCOPE + _sized(site) + counter.to_bytes(4), "sha256")
    template = templates[seed[0] % len(templates)]
    chosen = zip(seed[1:], template, strict=False)
    return "".join(_CHARACTERS[kind][byte % len(_CHARACTERS[kind])] for byte, kind in chosen).encode()


CALLS: Final = {"derivePassword": derive}


def _sized(text: bytes) -> bytes:
    return len(text).to_bytes(4) + text
