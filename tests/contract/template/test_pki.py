"""Functions of certificates and keys give what Go's gave: output to the byte, errors by their class."""

import base64
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Surroundings
from tests.golden.cases import as_bytes, as_entries, cases

NOW = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)
CASES = cases("pki.jsonl")


def rendered(case: dict[str, Any]) -> bytes:
    surroundings = Surroundings(now=NOW, chance=secrets.token_bytes)
    return render(as_bytes(case, "template"), as_entries(case, "data"), surroundings=surroundings)


@pytest.mark.parametrize("case", [case for case in CASES if case.values[0].keys() & {"output", "output_b64"}])
def test_output_is_gos(case: dict[str, Any]) -> None:
    assert rendered(case) == as_bytes(case, "output")


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case.values[0]])
def test_errors_are_gos(case: dict[str, Any]) -> None:
    with pytest.raises(TemplateError) as refused:
        rendered(case)
    assert refused.value.kind == case["error"]
    assert all(
        value.decode(errors="replace") not in str(refused.value) for value in as_entries(case, "data").values() if value
    )


@pytest.mark.parametrize("case", [case for case in CASES if "check" in case.values[0]])
def test_files_hold_what_gos_held(case: dict[str, Any]) -> None:
    check = case["check"]
    bundle = pkcs12.load_pkcs12(base64.b64decode(rendered(case)), check["password"].encode())
    found = (bundle.cert, *bundle.additional_certs)
    key = bundle.key and bundle.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert key == check["key_pkcs8_pem"]
    assert check["certs_pem_in_order"] == [
        each.certificate.public_bytes(Encoding.PEM).decode() for each in found if each is not None
    ]
