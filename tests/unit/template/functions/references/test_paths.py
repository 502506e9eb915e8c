"""Paths are cleaned and taken apart by their text."""

import posixpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.references.paths import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("path", "clean", "base", "folder", "ext"),
    [
        pytest.param(b"", b".", b".", b".", b"", id="nothing"),
        pytest.param(b"/", b"/", b"/", b"/", b"", id="root"),
        pytest.param(b"///", b"/", b"/", b"/", b"", id="several-slashes"),
        pytest.param(b"a/b/", b"a/b", b"b", b"a/b", b"", id="a-slash-last"),
        pytest.param(b"/a", b"/a", b"a", b"/", b"", id="below-the-root"),
        pytest.param(b"foo/../bar.tar.gz", b"bar.tar.gz", b"bar.tar.gz", b".", b".gz", id="upwards"),
        pytest.param(b"../../a", b"../../a", b"a", b"../..", b"", id="above"),
        pytest.param(b"/../a.b/c", b"/a.b/c", b"c", b"/a.b", b"", id="above-the-root"),
        pytest.param(b"./a//.x", b"a/.x", b".x", b"a", b".x", id="dots"),
    ],
)
def test_takes_apart(path: bytes, clean: bytes, base: bytes, folder: bytes, ext: bytes) -> None:
    expected = {"clean": clean, "base": base, "dir": folder, "ext": ext, "isAbs": path.startswith(b"/")}
    for name, part in expected.items():
        assert call(FUNCTIONS, name, path) == part
        assert call(FUNCTIONS, f"os{name[0].upper()}{name[1:]}", path) == part


@settings(deadline=None)
@given(st.text(alphabet="./a", max_size=12))
def test_cleans_as_others_do(path: str) -> None:
    others = posixpath.normpath(path)
    assert call(FUNCTIONS, "clean", path.encode()).decode() == (
        "/" + others.lstrip("/") if path.startswith("/") else others
    )
