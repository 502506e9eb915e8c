from dataclasses import replace

from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.sync import joining
from keyferry.sync.state import ManagedFields, Rendered
from tests.fakes.external_secrets import secret

OURS = Rendered(data={"A": SecretValue(b"new")}, data_hash=hashes.data_hash({"A": b"new"}), is_empty=False)


def test_foreign_keys_stay_and_own_stale_ones_go() -> None:
    there = replace(
        secret({}),
        managed=ManagedFields(keys=frozenset({"A", "STALE"})),
        values={"A": SecretValue(b"old"), "STALE": SecretValue(b"s"), "THEIRS": SecretValue(b"t")},
    )
    data, data_hash = joining.joined(there, OURS)
    assert data == {"A": SecretValue(b"new"), "THEIRS": SecretValue(b"t")}
    assert data_hash == hashes.data_hash({"A": b"new", "THEIRS": b"t"})


def test_of_a_clash_ours_wins() -> None:
    there = replace(secret({}), values={"A": SecretValue(b"theirs")})
    assert joining.joined(there, OURS) == (OURS.data, OURS.data_hash)
