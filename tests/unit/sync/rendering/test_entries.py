from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.model.secrets import SecretName, SecretValue
from keyferry.sync.rendering import entries
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.sync.rendering.entry import Entry
from keyferry.sync.state import Found, Made, Origin, Read, Unread, Values
from keyferry.template.functions.function import Surroundings
from tests.fakes import bundles
from tests.fakes.external_secrets import bundle, external, got, parsed

GENERATOR = {"sourceRef": {"generatorRef": {"kind": "UUID", "name": "g"}}}
REGEXP = [{"regexp": {"source": "^app-", "target": ""}}]


ENGINE = Engine(Compiled(), Surroundings())


def given(
    spec: Mapping[str, Any], *, data_from: Sequence[Read | Found | Made] = (), data: Sequence[Read] = ()
) -> dict[str, Entry]:
    values = Values(data_from=tuple(data_from), data=tuple(data))
    made: dict[str, Entry] = {}
    for _, contribution in entries.contributions(parsed(external(spec)), values, ENGINE):
        made |= contribution()
    return made


def texts(made: Mapping[str, Entry]) -> dict[str, str]:
    return {key: one.value.decode() for key, one in made.items()}


def test_every_value_knows_its_origin() -> None:
    read = got(bundles.bundle("db", value=b'{"a": "1"}'))
    spec = {"dataFrom": [{"extract": {"key": "db"}}]}
    made = given(spec, data_from=[read], data=[read])
    assert {one.origin for one in made.values()} == {Origin(vault="kv-prod", name="db", version="1" * 32)}


def test_a_rewrite_takes_the_place_of_the_conversion() -> None:
    listed = Found(reads=((SecretName("app-a"), bundle("1")),))
    assert texts(given({"data": [], "dataFrom": [{"find": {}, "rewrite": REGEXP}]}, data_from=[listed])) == {"a": "1"}
    broken = {"data": [], "dataFrom": [{"extract": {"key": "x"}, "rewrite": REGEXP}]}
    with pytest.raises(SpecError, match="cannot be the key"):
        given(broken, data_from=[bundle('{"a/b": "1"}')])


def test_a_transform_renames() -> None:
    spec = {
        "data": [],
        "dataFrom": [{"extract": {"key": "x"}, "rewrite": [{"transform": {"template": "{{ .value | upper }}"}}]}],
    }
    assert texts(given(spec, data_from=[bundle('{"a": "1"}')])) == {"A": "1"}


def test_what_a_generator_makes_is_renamed_and_checked_but_not_decoded() -> None:
    made = Made(values={"app-x": SecretValue(b"aGk="), "": SecretValue(b"dropped")})
    spec = {"data": [], "dataFrom": [{**GENERATOR, "rewrite": REGEXP}]}
    assert given(spec, data_from=[made]) == {"x": Entry(value=b"aGk=")}


def test_a_generator_that_fails_fails_the_sync() -> None:
    refusal: KeyferryError = NotFound(what="no such generator")
    with pytest.raises(NotFound):
        given({"data": [], "dataFrom": [GENERATOR]}, data_from=[Unread(error=refusal)])


def test_a_store_alone_gives_nothing() -> None:
    spec = {"data": [], "dataFrom": [{"sourceRef": {"storeRef": {"name": "kv"}}}]}
    assert given(spec, data_from=[Made(values={})]) == {}


def test_fetch_takes_tags() -> None:
    read = got(bundles.bundle("db", created=None, updated=None, tags=(("team", "a"),)))
    fetch = {"key": "db", "metadataPolicy": "Fetch"}
    spec = {"data": [{"secretKey": "TAGS", "remoteRef": fetch}], "dataFrom": [{"extract": fetch}]}
    assert texts(given(spec, data_from=[read], data=[read])) == {"db_team": "a", "TAGS": '{"team":"a"}'}


def test_each_tells_its_path() -> None:
    values = Values(data_from=(), data=(bundle("1"),))
    (only,) = entries.contributions(parsed(external()), values, ENGINE)
    assert (only[0], texts(only[1]())) == ("spec.data[0]", {"PASSWORD": "1"})
