"""Ids tell name and version; instants are seconds."""

from datetime import UTC, datetime

import pytest

from keyferry.vault.items import Attributes, Item, properties_of


def test_an_item() -> None:
    item = Item(id="https://kv/secrets/Db/0123", attributes=Attributes(created=1), tags={"b": "2", "a": "1"})
    found = properties_of(item, certificate_backed=True)
    assert (found.name, found.version, found.enabled, found.content_type) == ("Db", "0123", True, "")
    assert (found.created, found.updated) == (datetime.fromtimestamp(1, UTC), None)
    assert found.tags == (("a", "1"), ("b", "2"))
    assert found.certificate_backed


@pytest.mark.parametrize("item", [Item(), Item(id="https://kv/secrets/"), Item(kid="x")])
def test_what_has_no_name(item: Item) -> None:
    with pytest.raises(ValueError, match="no name"):
        properties_of(item)


def test_an_instant_that_no_calendar_has() -> None:
    with pytest.raises(ValueError, match="instant"):
        properties_of(Item(id="https://kv/secrets/a", attributes=Attributes(exp=10**15)))
