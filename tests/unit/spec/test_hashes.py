import base64
from typing import Any

import pytest

from keyferry.spec import hashes
from tests.golden.cases import cases


@pytest.mark.parametrize("case", cases("resourceversion.jsonl", "data_hash"))
def test_hashes_data_as_upstream_does(case: dict[str, Any]) -> None:
    assert hashes.data_hash({key: base64.b64decode(value) for key, value in case["data"].items()}) == case["output"]


@pytest.mark.parametrize("case", cases("resourceversion.jsonl", "resource_version"))
def test_marks_a_synced_version_as_upstream_does(case: dict[str, Any]) -> None:
    mark = hashes.synced_resource_version(case["generation"], case["annotations"] or {}, case["labels"] or {})
    assert mark == case["output"]


@pytest.mark.parametrize("case", cases("resourceversion.jsonl", "owner_label"))
def test_labels_the_owner_as_upstream_does(case: dict[str, Any]) -> None:
    assert hashes.owner_label(case["namespace"], case["name"]) == case["output"]


def test_the_hash_of_no_metadata() -> None:
    assert hashes.meta_hash({}, {}) == "f47fe3c0b255b6dd8047cdffa772587bb829efe7a1cb70febeda2eb2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("app", "externalsecrets.external-secrets.io/app", id="short"),
        pytest.param("a" * 27, "externalsecrets.external-secrets.io/" + "a" * 27, id="63-characters-fit"),
        pytest.param(
            "a" * 28,
            "externalsecrets.external-secrets.io/sha3/52a6f48b37cd3535ef771a530c08d9cc4b78350ccdd33f2405e22ebb",
            id="longer-is-hashed",
        ),
    ],
)
def test_field_manager(name: str, expected: str) -> None:
    assert hashes.field_manager(name) == expected
