import json
import stat
from pathlib import Path

import pytest

from keyferry.lab.serve.audit_file import AuditFile
from keyferry.lab.serve.options import OptionError
from tests.fakes import lab_azure


def test_each_record_is_a_line_that_holds_no_value(tmp_path: Path) -> None:
    azure, path = lab_azure.azure(), tmp_path / "audit.jsonl"
    file = AuditFile(path)
    file.open(azure.audit)
    call = lab_azure.caller(azure)
    call("GET", "/secrets/db-password")
    call("GET", "/secrets/none")
    lines = path.read_text().splitlines()
    assert [json.loads(line)["operationName"] for line in lines] == ["SecretGet", "SecretGet"]
    assert "first" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    file.close()
    call("GET", "/secrets/db-password")
    assert path.read_text().splitlines() == lines


def test_a_second_lab_goes_on_in_it(tmp_path: Path) -> None:
    for _ in range(2):
        azure, file = lab_azure.azure(), AuditFile(tmp_path / "audit.jsonl")
        file.open(azure.audit)
        lab_azure.caller(azure)("GET", "/secrets/db-password")
        file.close()
    assert len((tmp_path / "audit.jsonl").read_text().splitlines()) == 2


def test_a_place_that_is_none() -> None:
    file = AuditFile(Path("/dev/null/audit.jsonl"))
    with pytest.raises(OptionError, match="cannot be written"):
        file.open(lab_azure.azure().audit)
    file.close()
