from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec import keys
from keyferry.spec.keys import Conversion, ObjectKey, ObjectType
from tests.golden.cases import as_entries, cases


@pytest.mark.parametrize("case", cases("rewrite.jsonl", "convert_keys"))
def test_converts_keys_as_upstream_does(case: dict[str, Any]) -> None:
    strategy = case["args"]["strategy"] or "Default"
    if strategy not in set(Conversion):
        return  # the schema refuses it before
    if "error" in case:
        with pytest.raises(SpecError, match="two keys become"):
            keys.convert_keys(case["input"], Conversion(strategy))
    else:
        assert keys.convert_keys(case["input"], Conversion(strategy)) == case["output"]


@pytest.mark.parametrize("case", cases("rewrite.jsonl", "validate_keys"))
def test_validates_keys_as_upstream_does(case: dict[str, Any]) -> None:
    entries = as_entries(case, "input")
    if "error" in case:
        with pytest.raises(SpecError):
            keys.validate_keys(entries)
    else:
        assert keys.validate_keys(entries) == as_entries(case, "output")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("db-password", ObjectKey(type=ObjectType.SECRET, name="db-password"), id="a-name-is-a-secret"),
        pytest.param("secret/db", ObjectKey(type=ObjectType.SECRET, name="db"), id="secret-by-type"),
        pytest.param("cert/web", ObjectKey(type=ObjectType.CERT, name="web"), id="certificate"),
        pytest.param("key/sign", ObjectKey(type=ObjectType.KEY, name="sign"), id="key"),
        pytest.param("secret/db/rest/of/it", ObjectKey(type=ObjectType.SECRET, name="db"), id="the-rest-is-ignored"),
    ],
)
def test_reads_object_keys(text: str, expected: ObjectKey) -> None:
    assert keys.parse_object_key(text) == expected


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("/db", '"" before the slash', id="leading-slash-is-an-empty-type"),
        pytest.param("example/name", '"example" before the slash', id="unknown-type"),
        pytest.param("Secret/name", '"Secret" before the slash', id="types-have-a-case"),
        pytest.param("db_password", "not a name that Key Vault can have", id="underscore"),
        pytest.param("a" * 128, "not a name that Key Vault can have", id="too-long"),
        pytest.param("", "not a name that Key Vault can have", id="empty"),
        pytest.param("db\n", "not a name that Key Vault can have", id="line-end"),
    ],
)
def test_refuses_what_names_no_object(text: str, cause: str) -> None:
    with pytest.raises(SpecError) as caught:
        keys.parse_object_key(text)
    assert cause in str(caught.value)
    assert caught.value.remedy


def test_an_object_key_reads_as_it_is_written() -> None:
    assert str(keys.parse_object_key("web")) == "secret/web"
