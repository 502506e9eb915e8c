"""Subjects come as lines or as JSON of tools."""

from pathlib import Path

import pytest

from keyferry.admit import subject_files
from keyferry.model.errors import SpecError


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        pytest.param("s:a\n# no\n\n s:b # a comment\r\n", {"s:a", "s:b"}, id="lines"),
        pytest.param('\ufeff["a", "b"]', {"a", "b"}, id="texts"),
        pytest.param('[{"name": "x", "subject": "a", "audiences": ["y"]}]', {"a"}, id="az"),
        pytest.param('{"value": [{"properties": {"subject": "a"}}], "x": 1}', {"a"}, id="arm"),
        pytest.param('[{"name": "x", "subject": null}]', set(), id="trusted-by-an-expression"),
        pytest.param("[]", set(), id="no-credentials"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_forms(tmp_path: Path, text: str, subjects: set[str]) -> None:
    (tmp_path / "s").write_text(text)
    assert subject_files.read(tmp_path / "s") == subjects


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param(b"\xff", "it is no text", id="bytes"),
        pytest.param(b"[1", "is none", id="no-json"),
        pytest.param(b'[{"clientId": "x"}]', "nothing in its list", id="another-list"),
        pytest.param(b"system:serviceaccount:a:b\nNAME", "line 2 is none", id="another-line"),
        pytest.param(b"[" * 100_000, "is none", id="deep"),
        pytest.param(b"a" * (16 * 1024 * 1024 + 1), "larger than", id="huge"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "s").write_bytes(content)
    with pytest.raises(SpecError) as refusal:
        subject_files.read(tmp_path / "s")
    assert words in str(refusal.value)
