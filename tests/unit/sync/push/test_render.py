from collections.abc import Mapping
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.sync.push import render
from keyferry.sync.push.state import PushItem, SourceSecret, StoreToWrite
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.template.functions.function import Surroundings
from tests.fakes.push_secrets import parsed, source, target


def made(
    spec: dict[str, Any], *sources: SourceSecret, stores: tuple[StoreToWrite, ...] = (target(),)
) -> tuple[PushItem, ...]:
    def templated(data: Mapping[str, bytes]) -> Mapping[str, bytes]:
        return {key: value.upper() for key, value in data.items()}

    return render.items(parsed(**spec), sources, stores, templated, Engine(Compiled(), Surroundings()))


def values(items: tuple[PushItem, ...]) -> dict[str, bytes]:
    return {item.name: item.value.reveal() for item in items}


WHOLE = {"data": [{"match": {"remoteRef": {"remoteKey": "all"}}}]}


def test_one_key() -> None:
    (item,) = made({}, source(k=b"v"))
    assert (item.store.name, item.name, item.value.reveal()) == ("kv", "remote", b"v")


def test_the_whole_secret_is_a_json_object_as_go_writes_it() -> None:
    assert values(made(WHOLE, source(b='<"\n\u2028ä'.encode(), a=b"1"))) == {
        "all": '{"a":"1","b":"<\\"\\n\\u2028ä"}'.encode()
    }


def test_a_bundle_has_its_keys_alone() -> None:
    bundle = {"data": [], "dataTo": [{"storeRef": {"name": "kv"}, "match": {"regexp": "^a"}, "remoteKey": "all"}]}
    assert values(made(bundle, source(a=b"1", b=b"2"))) == {"all": b'{"a":"1"}'}


def test_a_template_comes_first() -> None:
    assert values(made({"template": {"data": {"k": "x"}}}, source(k=b"v"))) == {"remote": b"V"}


def test_every_store_gets_it() -> None:
    items = made({"secretStoreRefs": [{"name": "kv"}, {"name": "b"}]}, source(k=b"v"), stores=(target(), target("b")))
    assert [(item.store.name, item.name) for item in items] == [("kv", "remote"), ("b", "remote")]


def test_of_two_sources_the_last_by_name_stays() -> None:
    assert values(made({}, source("b", k=b"of-b"), source("a", k=b"of-a"))) == {"remote": b"of-b"}


def test_what_is_no_text_is_no_part_of_json() -> None:
    with pytest.raises(SpecError, match="key k cannot be part of a JSON object") as refusal:
        made(WHOLE, source(k=b"\xff\xfe"))
    assert "\\xff" not in str(refusal.value)
