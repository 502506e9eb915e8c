from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.lab.azure.seed import secrets
from keyferry.lab.azure.seed.declaration import SecretSeed, ValueSeed, VersionSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError


def _parse(document: dict[str, Any]) -> tuple[SecretSeed, ...]:
    return secrets.parse(Fields(document, "vaults[0].secrets"))


@pytest.mark.parametrize(
    ("document", "versions"),
    [
        pytest.param({"value": "x"}, (VersionSeed(value=ValueSeed(text="x")),), id="value"),
        pytest.param({"value": ""}, (VersionSeed(value=ValueSeed(text="")),), id="empty-value"),
        pytest.param({"random": 9}, (VersionSeed(value=ValueSeed(random_length=9)),), id="random"),
        pytest.param({"json": {"ä": 1}}, (VersionSeed(value=ValueSeed(text='{"ä": 1}')),), id="json"),
        pytest.param(
            {
                "value": "x",
                "contentType": "t",
                "tags": {"a": "b"},
                "enabled": False,
                "expires": "2030-01-01T00:00:00Z",
                "notBefore": "2029-01-01T00:00:00Z",
            },
            (
                VersionSeed(
                    value=ValueSeed(text="x"),
                    content_type="t",
                    tags=(("a", "b"),),
                    enabled=False,
                    expires=datetime(2030, 1, 1, tzinfo=UTC),
                    not_before=datetime(2029, 1, 1, tzinfo=UTC),
                ),
            ),
            id="attributes",
        ),
        pytest.param(
            {"versions": [{"value": "1"}, {"random": 2}]},
            (VersionSeed(value=ValueSeed(text="1")), VersionSeed(value=ValueSeed(random_length=2))),
            id="versions",
        ),
    ],
)
def test_reads(document: dict[str, Any], versions: tuple[VersionSeed, ...]) -> None:
    assert _parse({"a-secret": document}) == (SecretSeed(name="a-secret", versions=versions),)


@pytest.mark.parametrize(
    ("document", "path", "problem"),
    [
        pytest.param({"a_b": {"value": "x"}}, "vaults[0].secrets.a_b", "not a secret's name", id="name"),
        pytest.param(
            {"A": {"value": "x"}, "a": {"value": "x"}}, "vaults[0].secrets.a", "twice", id="name-without-case"
        ),
        pytest.param({"a": {}}, "vaults[0].secrets.a", "no value", id="no-value"),
        pytest.param({"a": {"value": "x", "random": 2}}, "vaults[0].secrets.a", "value and random", id="two-values"),
        pytest.param({"a": {"random": 0}}, "vaults[0].secrets.a.random", "range", id="no-length"),
        pytest.param({"a": {"value": "x" * 25_601}}, "vaults[0].secrets.a.value", "too long", id="too-long"),
        pytest.param({"a": {"value": "\ud800"}}, "vaults[0].secrets.a.value", "half a character", id="surrogate"),
        pytest.param(
            {"a": {"json": ["\ud800"]}}, "vaults[0].secrets.a.json", "half a character", id="surrogate-in-json"
        ),
        pytest.param({"a": {"value": 5}}, "vaults[0].secrets.a.value", "not a string", id="not-a-string"),
        pytest.param({"a": {"versions": []}}, "vaults[0].secrets.a.versions", "empty", id="no-versions"),
        pytest.param(
            {"a": {"versions": [{"value": "x"}], "value": "y"}},
            "vaults[0].secrets.a.value",
            "not known",
            id="versions-and-value",
        ),
        pytest.param({"a": {"value": "x", "expire": 1}}, "vaults[0].secrets.a.expire", "not known", id="misspelt"),
    ],
)
def test_refuses(document: dict[str, Any], path: str, problem: str) -> None:
    with pytest.raises(SeedError, match=problem) as refusal:
        _parse(document)
    assert refusal.value.path == path
    assert "xxx" not in str(refusal.value)
