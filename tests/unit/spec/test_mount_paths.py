from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.spec import mount_paths

LONG_PART = "é" * 127 + "e"  # 255 bytes in 128 characters
PATH_4096 = "/".join(["a" * 255] * 16)  # 16 parts and 15 slashes are 4,095 bytes

FINE = [
    pytest.param("db-password", id="name"),
    pytest.param("DB_PASSWORD", id="upper-case"),
    pytest.param("tls/cert.pem", id="folder"),
    pytest.param(".env", id="leading-dot"),
    pytest.param("a b", id="blank"),
    pytest.param("a\\b", id="backslash"),
    pytest.param(LONG_PART, id="part-of-255-bytes"),
    pytest.param(PATH_4096, id="path-that-just-fits"),
    pytest.param("/".join("a" * 50), id="just-deep-enough"),
]
BAD = [
    pytest.param("", "a path is empty", id="empty"),
    pytest.param("/dev/null", '"/dev/null" is absolute', id="absolute"),
    pytest.param("//a", '"//a" is absolute', id="two-slashes-first"),
    pytest.param("..", '".." has ".." in it', id="parent"),
    pytest.param("a/../b", '"a/../b" has ".." in it', id="parent-inside"),
    pytest.param("..x", '"..x" begins with two dots, which names of the writer do', id="reserved"),
    pytest.param("...", '"..." begins with two dots, which names of the writer do', id="three-dots"),
    pytest.param("..data", '"..data" begins with two dots, which names of the writer do', id="the-writers-link"),
    pytest.param("a//b", '"a//b" is not in its shortest form', id="two-slashes"),
    pytest.param("./a", '"./a" is not in its shortest form', id="dot-first"),
    pytest.param("a/./b", '"a/./b" is not in its shortest form', id="dot-inside"),
    pytest.param("a/", '"a/" is not in its shortest form', id="slash-last"),
    pytest.param(".", '"." is not in its shortest form', id="the-volume-itself"),
    pytest.param("a\0b", "a path holds a NUL character", id="nul"),
    pytest.param("a\ud800", "a path holds half of a character", id="surrogate"),
    pytest.param(LONG_PART + "e", "has more than 255 bytes", id="part-of-256-bytes"),
    pytest.param("/".join("a" * 51), "has 51 parts, 50 are allowed", id="too-deep"),
    pytest.param(PATH_4096 + "/a", "has 4097 bytes, 4096 are allowed", id="path-of-4097-bytes"),
]


@pytest.mark.parametrize("path", FINE)
def test_takes_names(path: str) -> None:
    assert mount_paths.problem_of_name(path) == ""


@pytest.mark.parametrize(("path", "problem"), BAD)
def test_refuses_names(path: str, problem: str) -> None:
    assert problem in mount_paths.problem_of_name(path)


@pytest.mark.parametrize("path", ["a..b", "a/b..c", "a/..b", "a.."])
def test_refuses_two_dots_anywhere_in_a_name(path: str) -> None:
    assert mount_paths.problem_of_name(path) == f'"{path}" has two dots in a row'
    assert mount_paths.problem_of_paths([path]) == ""


@pytest.mark.parametrize("path", FINE)
def test_takes_paths_of_a_payload(path: str) -> None:
    assert mount_paths.problem_of_paths([path]) == ""


@pytest.mark.parametrize(("path", "problem"), BAD)
def test_refuses_a_payload_for_one_path(path: str, problem: str) -> None:
    assert problem in mount_paths.problem_of_paths(["a-good-one", path])


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        pytest.param([], "", id="none"),
        pytest.param(["a", "b", "c/d", "c/e", "c/f/g"], "", id="side-by-side"),
        pytest.param(["a", "ab", "a.b"], "", id="a-common-beginning-is-no-folder"),
        pytest.param(["a", "b", "a"], '"a" occurs twice', id="twice"),
        pytest.param(["a", "a/b"], '"a/b" and "a" cannot both be', id="below-a-file"),
        pytest.param(["a/b", "a"], '"a" and "a/b" cannot both be', id="file-where-a-folder-is"),
        pytest.param(["a/b/c/d", "a/b"], '"a/b" and "a/b/c/d" cannot both be', id="far-below"),
    ],
)
def test_paths_must_be_possible_together(paths: list[str], problem: str) -> None:
    assert mount_paths.problem_of_paths(paths).startswith(problem)
    assert bool(mount_paths.problem_of_paths(paths)) == bool(problem)


PATHS = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join), max_size=6)


@given(PATHS)
def test_a_clash_is_an_equal_path_or_a_folder_of_it(paths: list[str]) -> None:
    def clash(one: str, other: str) -> bool:
        first, second = PurePosixPath(one), PurePosixPath(other)
        return first == second or first in second.parents or second in first.parents

    found = list(mount_paths.clashes(paths))
    assert all(clash(paths[index], paths[other]) and other < index for index, other in found)
    any_clash = any(clash(one, other) for index, one in enumerate(paths) for other in paths[:index])
    assert bool(found) == any_clash


@given(st.text(alphabet="a./\\\0é\ud800", max_size=12))
def test_a_good_name_is_a_good_payload_and_stays_below_the_volume(path: str) -> None:
    if mount_paths.problem_of_name(path) == "":
        assert mount_paths.problem_of_paths([path]) == ""
        assert str(PurePosixPath(path)) == path
        assert ".." not in PurePosixPath("/volume", path).parts
