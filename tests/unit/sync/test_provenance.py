import json

import pytest

from keyferry.sync import provenance
from keyferry.sync.state import Origin

DB = Origin(vault="kv-prod", name="db-password", version="1" * 32)


def test_says_where_each_key_came_from() -> None:
    told = provenance.text({"B": DB, "A": DB})
    place = '{"vault":"kv-prod","name":"db-password","version":"11111111111111111111111111111111"}'
    assert told == f'{{"A":{place},"B":{place}}}'


def test_without_origins_there_is_nothing_to_say() -> None:
    assert provenance.text({}) == ""


def test_what_it_says_of_foreign_keys_stays() -> None:
    before = json.dumps({"THEIRS": {"vault": "kv-other"}, "GONE": {}, "A": {}})
    assert json.loads(provenance.text({"A": DB}, before, {"THEIRS"})) == {
        "A": {"vault": "kv-prod", "name": "db-password", "version": "1" * 32},
        "THEIRS": {"vault": "kv-other"},
    }


@pytest.mark.parametrize("before", ["", "no JSON", "[]", "[" * 30_000, '{"A": ' * 20_000])
def test_what_somebody_else_wrote_there_does_no_harm(before: str) -> None:
    assert provenance.text({}, before, {"A"}) == ""


def test_it_stays_small() -> None:
    told = provenance.text({f"KEY-{index:04}": DB for index in range(1_000)})
    assert len(told) <= provenance.LIMIT_BYTES
    assert "KEY-0000" in json.loads(told)
