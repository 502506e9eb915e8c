"""keyferry.provision.intake_documents"""

import pytest

from keyferry.provision import intake_documents
from keyferry.provision.intake_texts import Text, Unreadable
from keyferry.spec.estate.origins import Origin, SiteSource


def opened(text: str) -> list[intake_documents.Document]:
    return intake_documents.documents(Text(name="a.yaml", text=text))


def test_documents_know_their_lines() -> None:
    first, second = opened("a: 1\nb:\n  c: 2\n---\n\n- d\n- e\n")
    assert (first.content, first.line_of("b.c")) == ({"a": 1, "b": {"c": 2}}, 3)
    assert (second.content, second.line_of("[1]"), second.line_of("[9]")) == (["d", "e"], 7, 6)


def test_json_is_taken() -> None:
    (found,) = opened('{"a": {\n"b": 1}}')
    assert (found.content, found.line_of("a.b")) == ({"a": {"b": 1}}, 2)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param("a: [1\nb: 2", 2, "did not find expected ',' or ']'", id="no-yaml"),
        pytest.param("a: 1\na: 2", 2, "a key stands there twice", id="a-key-twice"),
        pytest.param("[" * 200, 1, "it is nested more than 100 deep", id="deep"),
        pytest.param("a: !hunter2 x", 1, "could not determine a constructor for the tag", id="a-tag-is-not-repeated"),
    ],
)
def test_says_where_a_text_is_no_yaml(text: str, line: int, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        opened(text)
    assert (caught.value.name, caught.value.line, caught.value.message) == (
        "a.yaml",
        line,
        f"is neither YAML nor JSON: {why}",
    )


def test_an_estate_is_the_one_document() -> None:
    assert intake_documents.estate("a.yaml", opened("a: 1")) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a: 1\n---\nb: 2", "has 2 documents, where an estate is one", id="two"),
        pytest.param("", "has 0 documents, where an estate is one", id="none"),
        pytest.param("- a", "is no mapping", id="a-list"),
    ],
)
def test_says_that_a_text_is_no_estate(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        intake_documents.estate("a.yaml", opened(text))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("name: a", [({"name": "a"}, 0, "")], id="one-site"),
        pytest.param("- name: a\n- b", [({"name": "a"}, 0, "[0]"), ("b", 0, "[1]")], id="a-list"),
        pytest.param("sites:\n- name: a", [({"name": "a"}, 0, "sites[0]")], id="sites"),
        pytest.param("sites: x", [({"sites": "x"}, 0, "")], id="sites-that-are-no-list"),
        pytest.param("sites: []\nname: a", [({"sites": [], "name": "a"}, 0, "")], id="sites-and-more"),
        pytest.param(
            "---\n# none\n---\nname: a\n---\n- name: b",
            [({"name": "a"}, 1, ""), ({"name": "b"}, 2, "[0]")],
            id="several-documents",
        ),
        pytest.param("[]", [], id="none"),
        pytest.param("", [], id="nothing"),
        pytest.param("text", [("text", 0, "")], id="what-is-none"),
    ],
)
def test_sites(text: str, expected: list[tuple[object, int, str]]) -> None:
    assert list(intake_documents.sites("a.yaml", opened(text))) == [
        SiteSource(content=content, origin=Origin(file="a.yaml", document=document), path=path)
        for content, document, path in expected
    ]
