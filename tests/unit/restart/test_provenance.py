"""Versions in words."""

import json

import pytest

from keyferry.restart import provenance


def annotation(**keys: tuple[str, str, str]) -> str:
    return json.dumps(
        {key: dict(zip(("vault", "name", "version"), origin, strict=True)) for key, origin in keys.items()}
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "", id="none"),
        pytest.param(annotation(A=("kv", "db", "v1")), "kv/db/v1", id="one"),
        pytest.param(annotation(A=("kv", "db", "v1"), B=("kv", "db", "v1")), "kv/db/v1", id="two-keys-of-one"),
        pytest.param(
            annotation(**{key: ("kv", key, "v") for key in "edcba"}), "kv/a/v, kv/b/v, kv/c/v and 2 more", id="many"
        ),
        pytest.param(annotation(A=("kv", "hunter2 is the password", "v1")), "", id="no-name"),
        pytest.param(annotation(A=("kv", "db", "")), "", id="no-version"),
        pytest.param('{"A": "text"}', "", id="another-form"),
        pytest.param("[" * 20_000, "", id="deep"),
        pytest.param(" " * 40_000, "", id="huge"),
    ],
)
def test_of_a_secret(text: str, expected: str) -> None:
    assert provenance.of_secret(text) == expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([("secret/db", "v1"), ("key/k", "v2")], "key/k/v2, secret/db/v1", id="two"),
        pytest.param([("secret/db\n", "v1"), ("x", "y z")], "", id="no-names"),
    ],
)
def test_of_a_class(versions: list[tuple[str, str]], expected: str) -> None:
    assert provenance.of_class(versions) == expected
