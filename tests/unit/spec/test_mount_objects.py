import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.spec import mount_objects
from keyferry.spec.mount_object import MountObject, ObjectEncoding, ObjectFormat
from keyferry.spec.problems import Problems


def parse(text: str) -> tuple[tuple[MountObject, ...], list[str]]:
    problems = Problems()
    found = mount_objects.parse(text, "objects", problems)
    assert all(problem.remedy for problem in problems.found)
    return found, [str(problem) for problem in problems.found]


def entry(name: str, **fields: str) -> str:
    """One object as users write it."""
    lines = [f"objectName: {name}", "objectType: secret", *(f"{field}: {value}" for field, value in fields.items())]
    return "  - |\n" + "".join(f"    {line}\n" for line in lines)


def array(*entries: str) -> str:
    return "array:\n" + "".join(entries)


def mounted(name: str, path: str = "") -> MountObject:
    return MountObject(name=SecretName(name), kind=ObjectKind.SECRET, path=path or name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(array(entry("a")), (mounted("a"),), id="one"),
        pytest.param(array(entry("b"), entry("a", objectAlias="A")), (mounted("b"), mounted("a", "A")), id="two"),
        pytest.param("---\n" + array(entry("a")), (mounted("a"),), id="a-line-of-dashes-before"),
        pytest.param("other: 1\n" + array(entry("a")), (mounted("a"),), id="unknown-keys-are-ignored"),
        pytest.param('array: ["objectName: a\\nobjectType: secret"]', (mounted("a"),), id="flow"),
        pytest.param(
            '{"array": ["{\\"objectName\\": \\"a\\", \\"objectType\\": \\"secret\\"}"]}', (mounted("a"),), id="json"
        ),
        pytest.param(array(entry("a"), entry("a", objectAlias="b")), (mounted("a"), mounted("a", "b")), id="one-twice"),
        pytest.param(array(entry("a"), entry("b"), entry("a")), (mounted("a"), mounted("b")), id="word-for-word-twice"),
        pytest.param(
            array(entry("a", objectAlias="x/a"), entry("b", objectAlias="x/b")),
            (mounted("a", "x/a"), mounted("b", "x/b")),
            id="one-folder",
        ),
    ],
)
def test_reads_objects(text: str, expected: tuple[MountObject, ...]) -> None:
    assert parse(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "objects: names no objects", id="empty"),
        pytest.param("array:", "objects: names no objects", id="null-array"),
        pytest.param("array: []", "objects: names no objects", id="empty-array"),
        pytest.param("objects: []", "objects: names no objects", id="another-key"),
        pytest.param("- a", "objects: must be a mapping with the key array", id="bare-list"),
        pytest.param("a", "objects: must be a mapping with the key array", id="text"),
        pytest.param("array: a", "objects.array: must be a list", id="array-of-text"),
        pytest.param("array: {}", "objects.array: must be a list", id="array-of-fields"),
        pytest.param("array: [", "objects: it is not YAML that can be read: did not find", id="broken"),
        pytest.param("array:\n- objectName: a", "objects.array[0]: must be text", id="fields-without-a-bar"),
        pytest.param("array:\n- ", "objects.array[0]: is empty", id="null-entry"),
        pytest.param("array:\n- '~'", "objects.array[0]: is empty", id="entry-that-is-null-inside"),
        pytest.param("array:\n- a", "objects.array[0]: must hold fields", id="entry-of-a-word"),
        pytest.param("array:\n- '[a'", "objects.array[0]: it is not YAML", id="broken-entry"),
        pytest.param("array:\n- 'a: 1\n\n  a: 2'", 'objects.array[0]: it is not YAML that can be read: line 2 has "a"',
                     id="key-twice"),
        pytest.param(array(entry("a_b")), 'objects.array[0].objectName: "a_b" is not a name', id="wrong-name"),
        pytest.param(array(entry("a"), entry("b", objectAlias="a")),
                     'objects.array[1]: the file "a" cannot be beside "a" of objects.ar', id="one-file-twice"),
        pytest.param(array(entry("a"), entry("b", objectAlias="a/b")), 'objects.array[1]: the file "a/b" cannot be',
                     id="below-a-file"),
        pytest.param(array(entry("a", objectAlias="b/c"), entry("b")), 'objects.array[1]: the file "b" cannot be',
                     id="a-folder-of-a-file"),
        pytest.param(array(entry("a", objectVersionHistory="3"), entry("b", objectAlias="a/1")),
                     'objects.array[1]: the file "a/1" cannot be', id="in-the-place-of-a-version"),
        pytest.param(array(entry("a", objectVersionHistory="9"), entry("a", objectVersionHistory="8")),
                     'objects.array[1]: the file "a/0" cannot be', id="told-once-for-two-objects"),
        pytest.param(array(*(entry(f"a{number}", objectVersionHistory="100") for number in range(21))),
                     "objects: asks for 2100 files, 2000 are allowed", id="too-many-files"),
        pytest.param("array: [" + "a," * 1001 + "]", "objects: names 1001 objects, 1000 are allowed", id="too-many"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(text: str, expected: str) -> None:
    (problem,) = parse(text)[1]
    assert problem.startswith(expected)


def test_keeps_the_good_and_says_everything_about_the_others() -> None:
    found, problems = parse(array(entry("a_b"), entry("good"), entry("x", filePermission="9")) + "  - objectName: y\n")
    assert found == (mounted("good"),)
    assert [problem.partition(":")[0] for problem in problems] == [
        "objects.array[0].objectName",
        "objects.array[2].filePermission",
        "objects.array[3]",
    ]


WORDS = {ObjectKind.SECRET: "secret", ObjectKind.CERTIFICATE: "cert", ObjectKind.KEY: "key"}
PARTS = st.text(alphabet="aé 0'\"#:", min_size=1, max_size=3).filter(lambda part: part == part.strip())


@st.composite
def any_object(draw: st.DrawFn, folder: str) -> MountObject:
    """Any object that a class can name, with its files in a folder of its own."""
    kind = draw(st.sampled_from(ObjectKind))
    is_secret = kind is ObjectKind.SECRET
    return MountObject(
        name=SecretName(draw(st.text(alphabet="aB0-", min_size=1, max_size=4))),
        kind=kind,
        path="/".join([folder, *draw(st.lists(PARTS, max_size=2))]),
        version=SecretVersion(draw(st.sampled_from(["", "0123456789abcdef" * 2]))),
        history=draw(st.sampled_from([0, 2, 100])),
        format=draw(st.sampled_from(ObjectFormat)) if is_secret else ObjectFormat.PEM,
        encoding=draw(st.sampled_from(ObjectEncoding)) if is_secret else ObjectEncoding.UTF_8,
        mode=draw(st.none() | st.integers(0, 0o777)),
    )


def written(found: MountObject) -> str:
    """The object as its fields in YAML, of which JSON is a part."""
    fields: dict[str, object] = {"objectName": found.name, "objectType": WORDS[found.kind], "objectAlias": found.path}
    fields |= {"objectVersion": found.version, "objectVersionHistory": found.history}
    fields |= {} if found.mode is None else {"filePermission": f"{found.mode:04o}"}
    if found.kind is ObjectKind.SECRET:
        fields |= {"objectFormat": found.format, "objectEncoding": found.encoding}
    return json.dumps(fields)


@given(st.integers(1, 4).flatmap(lambda count: st.tuples(*(any_object(f"f{index}") for index in range(count)))))
def test_reads_what_was_written(expected: tuple[MountObject, ...]) -> None:
    text = json.dumps({"array": [written(found) for found in expected]})
    assert parse(text) == (expected, [])
