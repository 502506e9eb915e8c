from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretProperties
from keyferry.spec import sources
from keyferry.spec.sources import RemoteRef
from keyferry.sync.rendering import tags
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.template.functions.function import Surroundings
from tests.fakes import bundles

ENGINE = Engine(Compiled(), Surroundings())
EXPIRES = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)


def remote(property_: str = "", key: str = "db") -> RemoteRef:
    fields = {"key": key, "property": property_, "metadataPolicy": "Fetch"}
    return sources.data_item({"secretKey": "A", "remoteRef": fields}).remote


def tagged(**changes: Any) -> SecretProperties:
    given = {"created": None, "updated": None} | changes
    return bundles.properties("db", **given)


NESTED = tagged(tags=(("foo", '{"foo.json": "dotted", "nested": {"foo": "deep"}}'), ("team", "a&b")))


@pytest.mark.parametrize(
    ("properties", "wanted", "expected"),
    [
        pytest.param(tagged(), "", b"{}", id="none"),
        pytest.param(tagged(tags=(("b", "2"), ("a", "<1>"))), "", b'{"a":"\\u003c1\\u003e","b":"2"}', id="all"),
        pytest.param(tagged(expires=EXPIRES), "", b'{"attribute.expires":"2026-12-24T18:30:00Z"}', id="dates"),
        pytest.param(tagged(expires=EXPIRES), "attribute.expires", b"2026-12-24T18:30:00Z", id="one-date"),
        pytest.param(NESTED, "team", b"a&b", id="one-tag"),
        pytest.param(NESTED, "foo.nested.foo", b"deep", id="nested"),
        pytest.param(NESTED, "foo.foo.json", b"dotted", id="dotted-key"),
        pytest.param(tagged(tags=(("a.b", "dotted"),)), "a.b", b"dotted", id="tag-with-a-dot"),
    ],
)
def test_what_a_data_entry_takes(properties: SecretProperties, wanted: str, expected: bytes) -> None:
    assert tags.one_value(ENGINE, properties, remote(wanted)) == expected


@pytest.mark.parametrize("wanted", ["nope", "team.x", "nope.x"])
def test_a_tag_that_is_not_there_is_told(wanted: str) -> None:
    for take in (tags.one_value, tags.many_values):
        with pytest.raises(SpecError, match="has no tag"):
            take(ENGINE, NESTED, remote(wanted))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param((("team", "a"),), {"db_team": b"a"}, id="plain"),
        pytest.param((("j", '{"k": "v", "n": null}'),), {"db_j_k": b"v", "db_j_n": b""}, id="flat-json"),
        pytest.param((("j", '{"k": {"deep": 1}}'),), {"db_j": b'{"k": {"deep": 1}}'}, id="nested-json-stays-whole"),
        pytest.param((("j", '{"k": 1}'),), {"db_j": b'{"k": 1}'}, id="numbers-stay-whole"),
        pytest.param((("j", '{"k": 1e999}'),), {"db_j": b'{"k": 1e999}'}, id="unreadable-stays-whole"),
        pytest.param((("j", "{broken"),), {"db_j": b"{broken"}, id="no-json"),
    ],
)
def test_what_an_extract_takes(given: tuple[tuple[str, str], ...], expected: dict[str, bytes]) -> None:
    assert tags.many_values(ENGINE, tagged(tags=given), remote()) == expected


def test_dates_are_keys_of_an_extract_too() -> None:
    assert tags.many_values(ENGINE, tagged(expires=EXPIRES), remote()) == {
        "db_attribute.expires": b"2026-12-24T18:30:00Z"
    }


@pytest.mark.parametrize(
    ("key", "wanted", "expected"),
    [
        pytest.param("db", "team", {"db_team": b"a&b"}, id="tag"),
        pytest.param("secret/db", "team", {"secret/db_team": b"a&b"}, id="typed-key"),
        pytest.param("db", "foo.nested.foo", {"db_foo.nested.foo": b"deep"}, id="part-of-a-tag"),
    ],
)
def test_an_extract_of_one_property(key: str, wanted: str, expected: dict[str, bytes]) -> None:
    assert tags.many_values(ENGINE, NESTED, remote(wanted, key)) == expected
