from pathlib import Path

import pytest

from keyferry.lab.azure.seed import SeedError
from keyferry.lab.serve.seed_file import read_seed


def test_a_good_one(tmp_path: Path) -> None:
    path = tmp_path / "lab.yaml"
    path.write_text("tenants: [{id: 99999999-9999-4999-8999-999999999999}]\n")
    assert [tenant.id for tenant in read_seed(path).tenants] == ["99999999-9999-4999-8999-999999999999"]


def test_what_an_alias_repeats_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "lab.yaml"
    path.write_text(
        "tenants: [{id: 99999999-9999-4999-8999-999999999999}]\n"
        "vaults:\n- {name: kv-a, tags: &tags {a: b}}\n- {name: kv-b, tags: *tags}\n"
        "- {name: kv-c, tags: {<<: *tags, a: c}}\n"
    )
    assert [dict(vault.settings.tags)["a"] for vault in read_seed(path).vaults] == ["b", "b", "c"]


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        pytest.param(None, "", "cannot be read: No such file", id="missing"),
        pytest.param(b"a: 1\nb: ]\n", "", "is not YAML at line 2", id="syntax"),
        pytest.param(b"\xff\xfe\x00", "", "is not YAML", id="no-text"),
        pytest.param(b"[]", "", "", id="a-list"),
        pytest.param(b"", "", "", id="empty"),
        pytest.param(b"tenants:\n- a: {b: 1}\n  c: 1\n  c: 2\n", "", "'c' is there twice, at line 4", id="a-key-twice"),
        pytest.param(b"a: 2030-02-31", "", "a number or a date that is none", id="no-date"),
        pytest.param(b"tenants: [{id: 99}]", "tenants[0].id", "", id="a-field"),
    ],
)
def test_a_bad_one_says_where_and_what_to_do(tmp_path: Path, content: bytes | None, place: str, words: str) -> None:
    path = tmp_path / "lab.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SeedError) as caught:
        read_seed(path)
    assert caught.value.path == place
    assert words in caught.value.problem
    assert caught.value.remedy
