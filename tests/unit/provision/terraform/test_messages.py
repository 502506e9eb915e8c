"""Lines of -json as Terraform and OpenTofu write them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.provision.terraform import messages
from keyferry.provision.terraform.messages import Begun, Diagnostic, Done, Looked, Message

ADDRESS = 'module.site["a"].azurerm_role_assignment.this["x"]'
HOOK = {"resource": {"addr": ADDRESS, "module": 'module.site["a"]', "resource_key": "x"}, "action": "create"}


def line(kind: str, **more: Any) -> bytes:
    return json.dumps({"@level": "info", "@message": "words", "type": kind, **more}).encode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(line("apply_start", hook=HOOK), Begun(address=ADDRESS, action="create"), id="begun"),
        pytest.param(
            line("apply_complete", hook={**HOOK, "elapsed_seconds": 3}),
            Done(address=ADDRESS, action="create", is_well=True),
            id="done",
        ),
        pytest.param(
            line("apply_errored", hook=HOOK), Done(address=ADDRESS, action="create", is_well=False), id="failed"
        ),
        pytest.param(line("refresh_complete", hook=HOOK), Looked(address=ADDRESS), id="looked"),
        pytest.param(
            line("refresh_complete", hook={"resource": {"addr": "a\x1b[2J"}}),
            Looked(address="a�[2J"),
            id="steers-no-terminal",
        ),
        pytest.param(
            line("diagnostic", diagnostic={"severity": "error", "summary": "bad", "detail": "why"}),
            Diagnostic(is_error=True, summary="bad", detail="why"),
            id="error",
        ),
        pytest.param(
            line(
                "diagnostic",
                diagnostic={
                    "severity": "warning",
                    "summary": "odd",
                    "detail": "",
                    "address": ADDRESS,
                    "range": {"filename": "main.tf", "start": {"line": 3, "column": 1, "byte": 9}},
                    "snippet": {"code": "x"},
                },
            ),
            Diagnostic(is_error=False, summary="odd", detail="", address=ADDRESS, place="main.tf:3"),
            id="warning",
        ),
        pytest.param(line("version", terraform="1.11.4", ui="1.2"), None, id="version"),
        pytest.param(line("diagnostic"), None, id="diagnostic-of-nothing"),
        pytest.param(line("apply_start", hook=[]), None, id="other-shape"),
        pytest.param(b"$ terraform plan", None, id="no-json"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b"[]", None, id="no-object"),
        pytest.param(b'{"type": "apply_start\xff"}', None, id="no-text"),
        pytest.param(b'{"type": ' + b"[" * 100_000, None, id="deep"),
    ],
)
def test_a_line(text: bytes, message: Message | None) -> None:
    assert messages.read(text) == message


@given(st.binary(max_size=80))
def test_whatever_it_says_is_taken(text: bytes) -> None:
    assert messages.read(text) is None
