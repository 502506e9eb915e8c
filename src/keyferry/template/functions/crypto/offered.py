"""The functions by name and type. Each loads its module when a template calls it: together they hold many megabytes."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Final

from keyferry.template.functions.crypto.certificate_value import TYPE
from keyferry.template.functions.function import Function
from keyferry.template.values import INT, LIST, STRING, Value

_TEXTS: Final = (STRING, STRING)
_WISHED: Final = (STRING, LIST, LIST, INT)
OFFERED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "certificate_chains": {"filterPEM": _TEXTS, "filterCertChain": _TEXTS, "certSANs": (STRING,)},
    "pkcs12": {
        "pkcs12key": (STRING,),
        "pkcs12keyPass": _TEXTS,
        "pkcs12cert": (STRING,),
        "pkcs12certPass": _TEXTS,
        "pemToPkcs12": _TEXTS,
        "pemToPkcs12Pass": (*_TEXTS, STRING),
        "fullPemToPkcs12": _TEXTS,
        "fullPemToPkcs12Pass": (*_TEXTS, STRING),
        "pemTruststoreToPKCS12": (STRING,),
        "pemTruststoreToPKCS12Pass": _TEXTS,
    },
    "jwk": {"jwkPublicKeyPem": (STRING,), "jwkPrivateKeyPem": (STRING,)},
    "rsa_decryption": {"rsaDecrypt": _TEXTS + _TEXTS},
    "aes": {"encryptAES": _TEXTS, "decryptAES": _TEXTS},
    "password_hashes": {"bcrypt": (STRING,), "htpasswd": (*_TEXTS, STRING)},
    "derived_passwords": {"derivePassword": ("uint32", *_TEXTS, *_TEXTS)},
    "generated_keys": {"genPrivateKey": (STRING,)},
    "issuing": {
        "genCA": (STRING, INT),
        "genCAWithKey": (STRING, INT, STRING),
        "genSelfSignedCert": _WISHED,
        "genSelfSignedCertWithKey": (*_WISHED, STRING),
        "genSignedCert": (*_WISHED, TYPE),
        "genSignedCertWithKey": (*_WISHED, TYPE, STRING),
        "buildCustomCert": _TEXTS,
    },
}


def calls(module: str) -> dict[str, Callable[..., Value]]:
    """Return what a module offers, by the names that templates call."""
    found: dict[str, Callable[..., Value]] = import_module(f"{__package__}.{module}").CALLS
    return found


def _call(module: str, name: str, *arguments: object) -> Value:
    return calls(module)[name](*arguments)


FUNCTIONS: Final = tuple(
    Function(name=name, call=partial(_call, module, name), takes=takes, knows_world=True)
    for module, functions in OFFERED.items()
    for name, takes in functions.items()
)
