"""keyferry.spec.estate.parsing"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.spec.estate import parsing
from keyferry.spec.estate.estate import Estate, NewIdentity
from keyferry.spec.estate.fields import estate as fields
from keyferry.spec.estate.origins import InvalidEstate, Origin, SiteSource
from keyferry.spec.schema import Flag, Integer, IntegerOrText, Items, Node, Table, Text, Texts
from tests.fakes.estate_documents import document, problems_of

PASSWORD = "Tr0ub4dor&3 is-no~name"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
)


def test_everything_is_in_order_of_names() -> None:
    sites = [{"name": "b", "secrets": [{"name": "x"}]}, {"name": "a", "identity": "id-z"}]
    found = parsing.parse(
        document(
            vaults=[{"name": "kv-b"}, {"name": "kv-a"}],
            identities=[{"name": "id-z"}],
            sites=sites,
            defaults={"vault": "kv-a"},
        )
    )
    assert [vault.name for vault in found.vaults] == ["kv-a", "kv-b"]
    assert [site.name for site in found.sites] == ["a", "b"]
    assert found.identities == (NewIdentity(name="id-z"), NewIdentity(name="shop-b"))


def test_sites_of_other_files_are_sites() -> None:
    sources = [SiteSource(content={"name": name}, origin=Origin(file="more.yaml")) for name in ("zoo", "ant")]
    assert [site.name for site in parsing.parse(document(), sources).sites] == ["ant", "web", "zoo"]


def test_every_problem_is_told_at_once() -> None:
    wrong = document(vaults=[{"name": "k"}], sites=[{"name": "web", "secrets": [{"name": "x_y"}]}, {"nam": "b"}])
    wrong["metadata"] = {"name": "Shop"}
    extra = [SiteSource(content={"name": "c", "vualt": "kv"}, origin=Origin(file="more.yaml"))]
    assert [line.partition(" ")[0] for line in problems_of(wrong, extra)] == [
        "metadata.name:",
        "spec.vaults[0].name:",
        "spec.sites[0].secrets[0].name:",
        "spec.sites[1].nam:",
        "spec.sites[1].name:",
        "more.yaml:vualt:",
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"apiVersion": "v1"}, "apiVersion: ", id="version"),
        pytest.param({"kind": "Secret"}, "kind: ", id="kind"),
        pytest.param({"metadata": {}}, "metadata.name: is missing", id="name"),
        pytest.param({"spec": None}, "spec: is missing", id="spec"),
        pytest.param({"spec": []}, "spec: must be a mapping, and is a list", id="no-mapping"),
        pytest.param({"status": {}}, "status: is not a field of this API", id="more"),
    ],
)
def test_what_is_no_estate_is_told(changed: dict[str, Any], expected: str) -> None:
    assert problems_of(document() | changed)[0].startswith(expected)


def outcome(written: Any, extra: list[Any]) -> Estate | InvalidEstate:
    sources = [SiteSource(content=each, origin=Origin(file="more.yaml"), path="[0]") for each in extra]
    try:
        return parsing.parse(written, sources)
    except InvalidEstate as refusal:
        return refusal


@given(
    written=st.dictionaries(st.sampled_from([*fields.DOCUMENT, "x"]), ANYTHING), extra=st.lists(ANYTHING, max_size=2)
)
def test_any_document_is_an_estate_or_a_list_of_problems(written: dict[str, Any], extra: list[Any]) -> None:
    assert isinstance(outcome(written, extra), Estate | InvalidEstate)


def near(node: Node) -> st.SearchStrategy[Any]:
    """Documents that have the shape of a field, mostly, and values that may be anything."""
    match node:
        case Table():
            shaped: st.SearchStrategy[Any] = st.fixed_dictionaries(
                {}, optional={name: near(inner) for name, inner in node.fields.items()}
            )
        case Items():
            shaped = st.lists(near(node.of), max_size=2)
        case Texts():
            shaped = st.dictionaries(st.sampled_from(["a", "A", "key"]), SCALARS, max_size=2)
        case Text():
            known = [*node.enum, "kv-a", "web", "1h", "https://a.example", PASSWORD]
            shaped = st.sampled_from(known)
        case Flag():
            shaped = st.booleans()
        case Integer() | IntegerOrText():
            shaped = st.integers(-1, 100)
    return shaped | SCALARS


@settings(max_examples=50)
@given(spec=near(fields.SPEC))
def test_any_spec_is_an_estate_or_a_list_of_problems(spec: Any) -> None:
    assert isinstance(outcome(document() | {"spec": spec}, []), Estate | InvalidEstate)


def places(node: Node, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a document where a text, a number or a flag may stand."""
    match node:
        case Table():
            return [place for name, inner in node.fields.items() for place in places(inner, (*path, name))]
        case Items():
            return places(node.of, (*path, 0))
        case Texts():
            return [(*path, "name")]
        case _:
            return [path]


def planted(path: tuple[str | int, ...], value: str) -> Any:
    """A document in which a value stands at one place alone."""
    if not path:
        return value
    inner = planted(path[1:], value)
    return [inner] if isinstance(path[0], int) else {path[0]: inner}


FREE = {("azure", "tags", "name"), ("terraform", "backend", "settings", "name"), ("siteFiles", 0)}


@pytest.mark.parametrize(
    "path", [place for place in places(fields.SPEC) if place not in FREE], ids=lambda path: ".".join(map(str, path))
)
def test_a_password_in_the_wrong_field_is_refused_and_not_repeated(path: tuple[str | int, ...]) -> None:
    refusal = outcome(document(**planted(path, PASSWORD)), [])
    assert isinstance(refusal, InvalidEstate)
    assert PASSWORD not in str(refusal)
