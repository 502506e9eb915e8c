from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.managed_fields import paths
from keyferry.lab.kubernetes.managed_fields.paths import MalformedFields, Path, PathSet

ELEMENTS = st.one_of(
    st.sampled_from(["f:a", "f:b", "f:", "f:.", 'f:"', "f:a/b.c"]),
    st.dictionaries(st.sampled_from(["name", "port"]), st.text(max_size=3) | st.integers(), min_size=1).map(
        paths.key_element
    ),
    (st.text(max_size=3) | st.integers() | st.booleans()).map(paths.value_element),
)
SETS = st.frozensets(st.lists(ELEMENTS, max_size=4).map(tuple), max_size=12)


@given(SETS)
def test_rendering_and_parsing_are_inverse(fields: PathSet) -> None:
    assert paths.parse(paths.render(fields)) == fields


@given(SETS, SETS)
def test_fields_v1_of_equal_sets_is_equal(left: PathSet, right: PathSet) -> None:
    assert (paths.render(left) == paths.render(right)) == (left == right)


def test_renders_members_with_others_below_them_sorted() -> None:
    fields: PathSet = frozenset(
        [("f:b",), ("f:a", 'k:{"n":1}', "f:n"), ("f:a", 'k:{"n":1}'), ("f:b", 'v:"x"'), ("f:c", "f:d")]
    )

    rendered = paths.render(fields)

    assert rendered == {
        "f:a": {'k:{"n":1}': {".": {}, "f:n": {}}},
        "f:b": {".": {}, 'v:"x"': {}},
        "f:c": {"f:d": {}},
    }
    assert list(rendered) == ["f:a", "f:b", "f:c"]


@pytest.mark.parametrize(
    "fields",
    [{"f:a": None}, {"f:a": {"f:b": "x"}}, {"a": {}}, {"f:a": {"": {}}}],
    ids=["null", "text", "no-kind", "no-text"],
)
def test_refuses_what_is_no_fields_v1(fields: dict[str, Any]) -> None:
    with pytest.raises(MalformedFields):
        paths.parse(fields)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(("f:data", "f:password"), ".data.password", id="fields"),
        pytest.param(("f:c", 'k:{"name":"web"}', "f:image"), '.c[name="web"].image', id="one-key"),
        pytest.param(("f:p", 'k:{"port":80,"protocol":"TCP"}'), '.p[port=80,protocol="TCP"]', id="two-keys"),
        pytest.param(("f:finalizers", 'v:"x/y"'), '.finalizers[="x/y"]', id="value"),
        pytest.param(("f:l", "i:0"), ".l[0]", id="index"),
        pytest.param(("f:l", "k:{"), ".l[{]", id="keys-that-are-no-json"),
        pytest.param(("f:l", "k:[1]"), ".l[[1]]", id="keys-that-are-no-object"),
    ],
)
def test_prints_a_path_as_kubernetes_does(path: Path, expected: str) -> None:
    assert paths.printed(path) == expected


def test_keys_are_sorted_and_compact() -> None:
    assert paths.key_element({"protocol": "TCP", "port": 80}) == 'k:{"port":80,"protocol":"TCP"}'
    assert paths.value_element("é") == 'v:"é"'


def test_parents_are_fields_and_never_elements() -> None:
    assert paths.with_parents([("f:a", 'v:"x"', "f:b", "f:c")]) == {
        ("f:a",),
        ("f:a", 'v:"x"', "f:b"),
        ("f:a", 'v:"x"', "f:b", "f:c"),
    }
