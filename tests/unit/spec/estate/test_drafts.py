"""keyferry.spec.estate.drafts"""

from typing import Any

import pytest

from keyferry.spec.estate import drafts
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.origins import Origin, SiteSource
from tests.fakes.estate_documents import document, told

OWN = Origin()
OTHER = Origin(file="sites/a.yaml", document=1)
DRAFT = Draft(
    content={"a": {"b": "c"}, "list": [{"b": "d"}], "words": ["x", "y"], "n": 3, "yes": True}, origin=OTHER, path=""
)


def test_parts_know_their_place() -> None:
    inner = DRAFT.part("a")
    assert (inner.text("b"), inner.path, inner.origin) == ("c", "a", OTHER)
    assert DRAFT.part("gone") == Draft(content={}, origin=OTHER, path="gone")
    assert [(part.text("b"), part.path) for part in DRAFT.parts("list")] == [("d", "list[0]")]
    assert inner.part("z").path == "a.z"


def test_fields_have_their_types() -> None:
    assert (DRAFT.has("n"), DRAFT.has("m")) == (True, False)
    assert (DRAFT.texts("words"), DRAFT.texts("none")) == (("x", "y"), ())
    assert (DRAFT.number("n"), DRAFT.number("m", 7)) == (3, 7)
    assert (DRAFT.flag("yes"), DRAFT.flag("no"), DRAFT.flag("no", default=True)) == (True, False, True)
    assert (DRAFT.text("gone"), DRAFT.text("gone", "d")) == ("", "d")


def test_nothing_is_noted_twice_of_one_place() -> None:
    notes = Notes()
    assert not notes
    notes.add(DRAFT, "a", "is wrong", "mend it")
    notes.add(DRAFT, "a", "is wrong", "mend it")
    notes.add(DRAFT.part("a"), "", "is odd", "look")
    assert notes
    assert told(notes.found) == ["sites/a.yaml:a: is wrong (mend it)", "sites/a.yaml:a: is odd (look)"]


def test_problems_of_fields_have_paths_from_the_top() -> None:
    notes = Notes()
    draft = drafts.of_document(document(vaults=[{"name": "k"}]) | {"kin": "x"}, notes)
    assert [each.problem.path for each in notes.found] == ["spec.vaults[0].name", "kin"]
    assert draft.part("spec").parts("vaults")[0].content == {}


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        pytest.param("", {"name": "A"}, "name: has capital letters", id="a-document"),
        pytest.param("[2]", {"name": "A"}, "[2].name: has capital letters", id="in-a-list"),
        pytest.param("sites[2]", {}, "sites[2].name: is missing", id="below-sites"),
        pytest.param("[0]", "web", "[0]: must be a mapping, and is text", id="no-mapping"),
    ],
)
def test_sites_of_other_files(path: str, content: object, expected: str) -> None:
    notes = Notes()
    draft = drafts.of_site(SiteSource(content=content, origin=OTHER, path=path), notes)
    assert told(notes.found)[0].startswith(f"sites/a.yaml:{expected}")
    assert (draft.origin, draft.path) == (OTHER, path)


@pytest.mark.parametrize("field", ["value", "values", "secretValue", "Password", "stringData", "data"])
def test_a_value_is_refused_and_not_repeated(field: str) -> None:
    notes = Notes()
    secret: dict[str, Any] = {"name": "db", field: "hunter2"}
    drafts.of_site(SiteSource(content={"name": "web", "secrets": [secret]}, origin=OWN), notes)
    (line,) = told(notes.found)
    assert line.startswith(f"secrets[0].{field}: holds a value, and no value may stand in this file")
    assert "remove it, also from the history" in line
    assert "hunter2" not in line
