"""Versions are read leniently, and ordered as semver.org says."""

from typing import Any

import pytest

from keyferry.template.functions.function import Fault
from keyferry.template.functions.versions import version as semver
from keyferry.template.functions.versions.version import Version
from keyferry.template.values import type_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(b"1.2.3", b"1.2.3", id="whole"),
        pytest.param(b"v1", b"1.0.0", id="missing-parts"),
        pytest.param(b"01.02", b"1.2.0", id="leading-zeros"),
        pytest.param(b"1.2.3-rc.1+b.5", b"1.2.3-rc.1+b.5", id="all-parts"),
        pytest.param(b"1-beta", b"1.0.0-beta", id="a-pre-release-of-a-short-one"),
    ],
)
def test_reads(text: bytes, shown: bytes) -> None:
    version = semver.parse(text)
    assert (version.text(), version.plain(), version.original) == (shown, shown, text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"x.y", id="words"),
        pytest.param(b"1.2.3.4", id="four-parts"),
        pytest.param(b"1.2.3\n", id="a-line-end"),
        pytest.param(b"1.2.3-01", id="a-pre-release-with-a-zero-first"),
        pytest.param(b"18446744073709551616", id="too-large"),
        pytest.param(b"9" * 10_000, id="far-too-large"),
        pytest.param(b"1.2.3-", id="an-empty-pre-release"),
    ],
)
def test_faults(text: bytes) -> None:
    with pytest.raises(Fault):
        semver.parse(text)


def test_order() -> None:
    ordered = [
        b"1.0.0-1",
        b"1.0.0-9",
        b"1.0.0-10",
        b"1.0.0-a",
        b"1.0.0-a.1",
        b"1.0.0-b",
        b"1.0.0",
        b"1.0.1",
        b"1.1",
        b"2",
    ]
    versions = [semver.parse(each) for each in ordered]
    for at, one in enumerate(versions):
        for other_at, other in enumerate(versions):
            assert one.compare(other) == (at > other_at) - (at < other_at)


def test_identifiers_too_large_for_numbers_are_words() -> None:
    assert semver.compare_prereleases(b"18446744073709551616", b"5") == 1
    assert semver.compare_prereleases(b"9" * 10_000, b"a") == -1


@pytest.mark.parametrize(
    ("text", "method", "expected", "go_type"),
    [
        pytest.param(b"1.2.3", "Major", 1, "uint64", id="major"),
        pytest.param(b"1.2.3", "Minor", 2, "uint64", id="minor"),
        pytest.param(b"1.2.3", "Patch", 3, "uint64", id="patch"),
        pytest.param(b"1-a+b", "Prerelease", b"a", "string", id="pre-release"),
        pytest.param(b"1-a+b", "Metadata", b"b", "string", id="metadata"),
        pytest.param(b"v1", "Original", b"v1", "string", id="original"),
        pytest.param(b"v1", "String", b"1.0.0", "string", id="string"),
    ],
)
def test_parts(text: bytes, method: str, expected: Any, go_type: str) -> None:
    found = semver.parse(text).method(method, ())
    assert (found, type_of(found)) == (expected, go_type)


@pytest.mark.parametrize(
    ("text", "method", "arguments", "shown", "original"),
    [
        pytest.param(b"v1.2.3-a", "IncMajor", (), b"2.0.0", b"v2.0.0", id="next-major"),
        pytest.param(b"1.2.3", "IncMinor", (), b"1.3.0", b"1.3.0", id="next-minor"),
        pytest.param(b"1.2.3+b", "IncPatch", (), b"1.2.4", b"1.2.4", id="next-patch"),
        pytest.param(b"1.2.3-a", "IncPatch", (), b"1.2.3", b"1.2.3", id="a-pre-release's-next-patch"),
        pytest.param(b"1.2.3", "SetPrerelease", (b"a",), b"1.2.3-a", b"1.2.3-a", id="set-pre-release"),
        pytest.param(b"1.2.3-a", "SetPrerelease", (b"",), b"1.2.3", b"1.2.3", id="unset-pre-release"),
        pytest.param(b"1.2.3", "SetMetadata", (b"01",), b"1.2.3+01", b"1.2.3+01", id="set-metadata"),
    ],
)
def test_makes_others(text: bytes, method: str, arguments: Any, shown: bytes, original: bytes) -> None:
    made = semver.parse(text).method(method, arguments)
    assert isinstance(made, Version)
    assert (made.text(), made.original, made.go_type) == (shown, original, "semver.Version")


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        pytest.param("Compare", -1, id="compare"),
        pytest.param("Equal", False, id="equal"),
        pytest.param("LessThan", True, id="less"),
        pytest.param("LessThanEqual", True, id="at-most"),
        pytest.param("GreaterThan", False, id="greater"),
        pytest.param("GreaterThanEqual", False, id="at-least"),
    ],
)
def test_compares(method: str, expected: Any) -> None:
    assert semver.parse(b"1").method(method, (semver.parse(b"2"),)) == expected


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        pytest.param("Major", (1,), id="too-many"),
        pytest.param("Compare", (), id="too-few"),
        pytest.param("Compare", (b"1.2.3",), id="a-text"),
        pytest.param("Compare", (semver.parse(b"1").next(),), id="no-pointer"),
        pytest.param("SetPrerelease", (b"a b",), id="a-space"),
        pytest.param("SetPrerelease", (1,), id="a-number"),
        pytest.param("SetPrerelease", (b"01",), id="a-zero-first"),
    ],
)
def test_methods_fault(method: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        semver.parse(b"1.2.3").method(method, arguments)


def test_there_are_no_other_methods() -> None:
    with pytest.raises(KeyError):
        semver.parse(b"1").method("Nope", ())
