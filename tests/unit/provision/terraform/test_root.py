"""The root module: what is shipped, the inputs, and a backend whose settings are literals."""

from io import StringIO

import hcl2
import pytest

from keyferry.provision.terraform import inputs, root
from keyferry.spec.estate.estate import Backend
from tests.fakes import estates

BACKEND = "terraform/backend.tf"


def test_what_is_shipped_is_there_as_it_is() -> None:
    files = root.files(estates.small(), {"main.tf": b"# main", "modules/site/main.tf": b"# site"})
    assert files["terraform/main.tf"] == b"# main"
    assert files["terraform/modules/site/main.tf"] == b"# site"
    assert {inputs.ESTATE_FILE, inputs.SITES_FILE} < set(files)
    assert b".terraform/\n" in files["terraform/.gitignore"]


def test_without_a_backend_there_is_no_file_of_it() -> None:
    assert BACKEND not in root.files(estates.small(), {})


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="none"),
        pytest.param({"key": "shops", "storage_account_name": "state"}, id="some"),
        pytest.param({"key": 'a"b\\c'}, id="quotes"),
    ],
)
def test_a_backend_is_written_as_terraform_formats_it(settings: dict[str, str]) -> None:
    text = root.files(estates.small(backend=Backend(type="azurerm", settings=settings)), {})[BACKEND].decode()
    assert hcl2.load(StringIO(text))
    assert text.startswith('terraform {\n  backend "azurerm" {')
    assert len({line.index("=") for line in text.splitlines() if "=" in line}) <= 1


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("plain", '"plain"', id="plain"),
        pytest.param('a"b', r'"a\"b"', id="quote"),
        pytest.param("a\\b", r'"a\\b"', id="backslash"),
        pytest.param("${var.x}", '"$${var.x}"', id="template"),
        pytest.param("%{if x}", '"%%{if x}"', id="directive"),
        pytest.param("a\nb\tc\rd", r'"a\nb\tc\rd"', id="white-space"),
    ],
)
def test_a_setting_is_a_literal(value: str, written: str) -> None:
    files = root.files(estates.small(backend=Backend(type="azurerm", settings={"key": value})), {})
    assert f"    key = {written}\n".encode() in files[BACKEND]


def test_the_shipped_chart_is_taken_by_its_path() -> None:
    assert root.takes_shipped_chart(estates.wide())
    assert not root.takes_shipped_chart(estates.small())
