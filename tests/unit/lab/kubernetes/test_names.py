import pytest

from keyferry.lab.kubernetes import names


@pytest.mark.parametrize(
    ("name", "good"),
    [
        pytest.param("a", True, id="one-letter"),
        pytest.param("a-b.c-1", True, id="dots-and-dashes"),
        pytest.param("A", False, id="upper-case"),
        pytest.param("-a", False, id="leading-dash"),
        pytest.param("a_b", False, id="underscore"),
        pytest.param("a" * 253, True, id="longest"),
        pytest.param("a" * 254, False, id="too-long"),
        pytest.param("", False, id="empty"),
    ],
)
def test_subdomains(name: str, good: bool) -> None:
    assert (names.subdomain("metadata.name", name) == []) is good


@pytest.mark.parametrize(
    ("name", "good"),
    [
        pytest.param("a-b", True, id="label"),
        pytest.param("a.b", False, id="dot"),
        pytest.param("a" * 64, False, id="long"),
    ],
)
def test_labels_of_dns(name: str, good: bool) -> None:
    assert (names.label("metadata.name", name) == []) is good


@pytest.mark.parametrize(
    ("name", "good"),
    [
        pytest.param("system:admin", True, id="colon"),
        pytest.param("a/b", False, id="slash"),
        pytest.param("a%b", False, id="percent"),
        pytest.param("..", False, id="dots"),
    ],
)
def test_path_segments(name: str, good: bool) -> None:
    assert (names.path_segment("metadata.name", name) == []) is good


@pytest.mark.parametrize(
    ("key", "good"),
    [
        pytest.param("app", True, id="plain"),
        pytest.param("example.com/App_1", True, id="prefixed"),
        pytest.param("/app", False, id="empty-prefix"),
        pytest.param("Example/app", False, id="upper-prefix"),
        pytest.param("example.com/", False, id="no-name"),
        pytest.param("a" * 64, False, id="long"),
        pytest.param("-a", False, id="dash"),
    ],
)
def test_qualified_names(key: str, good: bool) -> None:
    assert (names.qualified("metadata.labels", key) == []) is good
    assert (names.finalizer("metadata.finalizers", key) == []) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        pytest.param("", True, id="empty"),
        pytest.param("a.B_c-1", True, id="mixed"),
        pytest.param("a b", False, id="space"),
        pytest.param("a" * 64, False, id="long"),
        pytest.param(1, False, id="number"),
    ],
)
def test_label_values(value: object, good: bool) -> None:
    assert (names.labels("metadata.labels", {"app": value}) == []) is good


def test_annotations_have_good_keys_and_a_size() -> None:
    assert names.annotations("metadata.annotations", {"Example.com/a": "any text at all"}) == []
    (problem,) = names.annotations("metadata.annotations", {"a": "x" * names.ANNOTATIONS_LIMIT_BYTES})
    assert "Too long" in str(problem)
    assert names.annotations("metadata.annotations", {"a b": ""})


def test_owners_name_everything() -> None:
    whole = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "u"}
    assert names.owner("o", whole) == []
    assert [str(problem) for problem in names.owner("o", {**whole, "uid": ""})] == [
        "o.uid: Required value: must not be empty"
    ]
    assert names.owner("o", {**whole, "kind": "Event"})


def test_generated_names_leave_room_for_the_suffix() -> None:
    assert names.base_name("a" * 80) == "a" * 58


def test_suffixes_follow_from_their_seed() -> None:
    assert names.suffix("a") == names.suffix("a") != names.suffix("b")
    assert len(names.suffix("a", 10)) == 10
    assert names.label("metadata.name", f"x-{names.suffix('a')}") == []
