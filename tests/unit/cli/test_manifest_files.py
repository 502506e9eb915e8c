"""Every document of every file is read, and what is none is told without stopping the rest."""

import io
import sys
from pathlib import Path

import pytest

from keyferry.cli import manifest_files
from keyferry.cli.manifest_files import File, Manifest, Unread
from keyferry.kube.yaml_lines import Place

POD = "kind: Pod\nmetadata: {name: a}\n"


def contents(file: File) -> list[object]:
    return [manifest.content for manifest in file.manifests]


def only(path: Path) -> File:
    (file,) = manifest_files.read([path])
    return file


@pytest.mark.parametrize(
    ("content", "names"),
    [
        pytest.param(POD.encode(), ["a"], id="one"),
        pytest.param(f"---\n---\n# nothing\n---\n{POD}---\n{POD}...\n---\n".encode(), ["a", "a"], id="empty-ones"),
        pytest.param(POD.replace("\n", "\r\n").encode(), ["a"], id="crlf"),
        pytest.param(POD.encode("utf-8-sig"), ["a"], id="bom"),
        pytest.param(POD.encode("utf-16"), ["a"], id="utf-16"),
        pytest.param(b'{"kind": "Pod",\n\t"metadata": {"name": "a"}}', ["a"], id="json-with-tabs"),
        pytest.param(b"- kind: Pod\n", [], id="a-list"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_documents(tmp_path: Path, content: bytes, names: list[str]) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(content)
    file = only(path)
    assert [manifest.content["metadata"]["name"] for manifest in file.manifests] == names
    assert file.unread == ()


def test_items_of_lists(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    inner = "{kind: List, items: [{kind: Pod, metadata: {name: b}}]}"
    path.write_text(f"kind: Other\n---\nkind: List\nitems:\n- kind: Pod\n- text\n- {inner}\n")
    file = only(path)
    assert [(each.document, each.prefix, each.content["kind"]) for each in file.manifests] == [
        (0, "", "Other"),
        (1, "items[0].", "Pod"),
        (1, "items[2].items[0].", "Pod"),
    ]
    assert file.places([(file.manifests[2], "metadata.name"), (file.manifests[0], "kind")]) == [
        Place(7, 47),
        Place(1, 1),
    ]


def test_helm_says_where_documents_are_from(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(
        f"---\n# Source: chart/templates/a.yaml\n# more\n\n{POD}---\n{POD}---\n# Source: b.yaml\r\n"
        f"kind: List\nitems: [{{kind: Pod}}]\n"
    )
    assert [manifest.source for manifest in only(path).manifests] == ["chart/templates/a.yaml", "", "b.yaml"]


def test_typed_lists(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("kind: PodList\napiVersion: v1\nitems: [{metadata: {name: a}}]\n")
    assert contents(only(path)) == [{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}}]
    path.write_text("kind: AllowList\nitems: 1\n")
    assert contents(only(path)) == [{"kind": "AllowList", "items": 1}]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        pytest.param(b"\xff", 0, "is no text", id="bytes"),
        pytest.param(b"\xff\xfea", 0, "is no text", id="half-a-character"),
        pytest.param(b"a: b: c", 1, "is no YAML: mapping values", id="no-yaml"),
        pytest.param(b"a: !!timestamp 2020-99-99\nb: !!bool x", 2, "is no YAML", id="a-tag-that-lies"),
        pytest.param(b"[" * 100_000, 1, "is no YAML", id="deep"),
        pytest.param(b"a: \x07", 0, "is no YAML", id="a-control-character"),
        pytest.param(None, 0, "cannot be read: No such file", id="missing"),
        pytest.param(b"#" * (manifest_files.MAX_BYTES + 1), 0, "is larger than 32 MiB of manifests", id="huge"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes | None, line: int, words: str) -> None:
    path, good = tmp_path / "file.yaml", tmp_path / "good.yaml"
    good.write_text(POD)
    if content is not None:
        path.write_bytes(content)
    bad, after = manifest_files.read([path, good])
    (unread,) = bad.unread
    assert (unread.file, unread.line) == (str(path), line)
    assert words in unread.message
    assert unread.remedy
    assert len(after.manifests) == 1


def test_what_comes_before_a_mistake_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(f"{POD}---\na: 1\na: 2\n---\n{POD}")
    file = only(path)
    assert contents(file) == [{"kind": "Pod", "metadata": {"name": "a"}}]
    assert file.unread[0].line == 5
    assert file.places([(file.manifests[0], "metadata")]) == [Place(2, 1)]


def test_no_more_than_so_much_together_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(POD)
    assert manifest_files._text(path, len(POD)) == POD
    unread = manifest_files._text(path, len(POD) - 1)
    assert isinstance(unread, Unread)
    assert unread.message == "is beyond 256 MiB of manifests"


def test_each_document_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{POD}---\n{POD}")
    (tmp_path / "b.json").write_text('{"kind": "Pod"}')
    told: list[bool] = []
    assert len(list(manifest_files.read([tmp_path], lambda: told.append(True)))) == 2
    assert len(told) == 3


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(POD.encode())))
    file = only(Path("-"))
    assert (file.name, file.folder, len(file.manifests)) == ("-", "-", 1)


def test_places_of_what_is_gone() -> None:
    lost = Manifest(document=9, prefix="", content={})
    assert File(name="a", text=POD).places([(lost, "x")]) == [Place(1, 1)]
    assert File(name="a").places([]) == []
    assert Unread(file="a", message="m", remedy="r").line == 0


@pytest.mark.parametrize(
    "content", [pytest.param("a: !sesame x\n", id="tag"), pytest.param("a: *sesame\n", id="alias")]
)
def test_a_value_without_quotes_is_not_repeated(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(content)
    (unread,) = only(path).unread
    assert (unread.line, "sesame" in unread.message) == (1, False)
