import base64
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import (
    GrantError,
    KeyferryError,
    NotFound,
    RoleMissing,
    SecretAbsent,
    SpecError,
    Throttled,
    Unavailable,
    Where,
)
from keyferry.model.secrets import SecretName
from keyferry.spec import hashes
from keyferry.spec.sources import Find
from keyferry.sync import render
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.sync.state import Failed, Found, Read, Rendered, Shape, Unread, Values
from keyferry.template.functions.function import Surroundings
from tests.fakes.external_secrets import bundle, external, parsed

CANARY = "canary-9f3b"
ENGINE = Engine(Compiled(), Surroundings())
ABSENT = SecretAbsent(what="secret db-user does not exist in https://kv-prod.vault.azure.net")
POLICIES = ("Retain", "Delete", "Merge")
ENTRIES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "data": ("data", {"secretKey": "B", "remoteRef": {"key": "other"}}),
    "extract": ("dataFrom", {"extract": {"key": "other"}}),
    "find": ("dataFrom", {"find": {"name": {"regexp": "other"}}}),
}


def one(value: str, **remote: str) -> Rendered | Failed:
    """Render one `data` entry with this value."""
    entry = {"secretKey": "A", "remoteRef": {"key": "db-password", **remote}}
    return made({"data": [entry]}, data=[bundle(value)])


def extracted(value: str, **extract: str) -> Rendered | Failed:
    """Render one `extract` of this value."""
    return made({"data": [], "dataFrom": [{"extract": {"key": "db", **extract}}]}, data_from=[bundle(value)])


def found(values: Mapping[str, str | Unread], **find: Any) -> Rendered | Failed:
    """Render one `find` that matched these."""
    reads = {name: read if isinstance(read, Unread) else bundle(read, name) for name, read in values.items()}
    spec = {"data": [], "dataFrom": [{"find": {"name": {"regexp": ".*"}, **find}}]}
    return made(spec, data_from=[Found(reads=tuple((SecretName(name), read) for name, read in reads.items()))])


def made(
    spec: Mapping[str, Any],
    *,
    data_from: list[Read | Found] | None = None,
    data: list[Read] | None = None,
) -> Rendered | Failed:
    values = Values(data_from=tuple(data_from or ()), data=tuple(data or ()))
    return render.render(parsed(external(spec)), values, ENGINE)


def revealed(outcome: Rendered | Failed) -> dict[str, bytes]:
    assert isinstance(outcome, Rendered), outcome
    return {key: value.reveal() for key, value in outcome.data.items()}


def failure(outcome: Rendered | Failed) -> KeyferryError:
    assert isinstance(outcome, Failed), "it was rendered"
    return outcome.error


class TestData:
    @pytest.mark.parametrize(
        ("value", "remote", "expected"),
        [
            pytest.param("s3cret", {}, b"s3cret", id="the-whole-value"),
            pytest.param("", {}, b"", id="an-empty-value-is-a-value"),
            pytest.param("é\n", {}, "é\n".encode(), id="utf-8-to-the-letter"),
            pytest.param('{"user": "u", "port": 1}', {"property": "user"}, b"u", id="a-property"),
            pytest.param('{"user": "u", "port": 1}', {"property": "port"}, b"1", id="a-number-as-its-text"),
            pytest.param('{"a": {"b": "c"}}', {"property": "a.b"}, b"c", id="a-dot-descends"),
            pytest.param('{"a.b": "c"}', {"property": "a.b"}, b"c", id="a-dotted-key-is-found-too"),
            pytest.param('{"kty": "RSA"}', {"key": "key/sign", "property": "kty"}, b"RSA", id="a-property-of-a-key"),
            pytest.param("DER", {"key": "cert/web", "property": "x"}, b"DER", id="a-certificate-has-no-properties"),
            pytest.param("czNjcmV0", {"decodingStrategy": "Base64"}, b"s3cret", id="decoded"),
            pytest.param("czNjcmV0", {"decodingStrategy": "Auto"}, b"s3cret", id="decoded-where-it-fits"),
            pytest.param("s3cret!", {"decodingStrategy": "Auto"}, b"s3cret!", id="kept-where-it-does-not-fit"),
            pytest.param(
                '{"k": "czNjcmV0"}',
                {"property": "k", "decodingStrategy": "Base64"},
                b"s3cret",
                id="the-property-first-then-the-decoding",
            ),
            pytest.param("AA==", {"decodingStrategy": "Base64"}, b"\0", id="a-null-byte-is-kept-by-default"),
        ],
    )
    def test_one_key(self, value: str, remote: dict[str, str], expected: bytes) -> None:
        assert revealed(one(value, **remote)) == {"A": expected}

    @pytest.mark.parametrize(
        ("value", "remote", "words"),
        [
            pytest.param("plain", {"property": "user"}, ["db-password", "no property 'user'"], id="no-json"),
            pytest.param('{"a": 1}', {"property": "user"}, ["no property 'user'"], id="no-such-property"),
            pytest.param("not base64!", {"decodingStrategy": "Base64"}, ["not Base64"], id="undecodable"),
            pytest.param(
                "AA==",
                {"decodingStrategy": "Base64", "nullBytePolicy": "Fail"},
                ["NUL byte"],
                id="null-bytes-after-the-decoding",
            ),
        ],
    )
    def test_a_value_that_is_not_as_the_spec_says(self, value: str, remote: dict[str, str], words: list[str]) -> None:
        error = failure(one(value, **remote))
        assert isinstance(error, SpecError)
        assert [word for word in words if word not in str(error)] == []
        assert error.remedy
        assert str(error.where) == "ExternalSecret app/db spec.data[0]"

    def test_the_hash_is_that_of_the_data(self) -> None:
        outcome = one("s3cret")
        assert isinstance(outcome, Rendered)
        assert outcome.data_hash == hashes.data_hash({"A": b"s3cret"})


class TestExtract:
    @pytest.mark.parametrize(
        ("value", "extract", "expected"),
        [
            pytest.param('{"user": "u", "port": 1}', {}, {"user": b"u", "port": b"1"}, id="members"),
            pytest.param('{"a": {"b": "c"}}', {"property": "a"}, {"b": b"c"}, id="members-of-a-property"),
            pytest.param('{"a b": "1"}', {}, {"a_b": b"1"}, id="keys-are-converted"),
            pytest.param('{"a b": "1"}', {"conversionStrategy": "Unicode"}, {"a_U0020_b": b"1"}, id="to-unicode"),
            pytest.param('{"a": "MQ=="}', {"decodingStrategy": "Base64"}, {"a": b"1"}, id="each-is-decoded"),
            pytest.param("{}", {}, {}, id="no-members"),
            pytest.param("null", {}, {}, id="null-has-none"),
        ],
    )
    def test_every_member_is_a_key(self, value: str, extract: dict[str, str], expected: dict[str, bytes]) -> None:
        assert revealed(extracted(value, **extract)) == expected

    @pytest.mark.parametrize(
        ("value", "extract", "words"),
        [
            pytest.param("plain", {}, "not JSON", id="no-json"),
            pytest.param("[1]", {}, "type Array", id="an-array"),
            pytest.param('{"a": 1}', {"property": "b"}, "no property 'b'", id="no-such-property"),
            pytest.param('{"a b": 1, "a_b": 2}', {}, "two keys become", id="two-keys-become-one"),
            pytest.param('{"a": "?"}', {"decodingStrategy": "Base64URL"}, "not Base64URL", id="undecodable"),
            pytest.param('{"a": "x\\u0000"}', {"nullBytePolicy": "Fail"}, "NUL byte", id="null-bytes"),
        ],
    )
    def test_what_cannot_be_extracted(self, value: str, extract: dict[str, str], words: str) -> None:
        error = failure(extracted(value, **extract))
        assert isinstance(error, SpecError)
        assert words in str(error)
        assert str(error.where) == "ExternalSecret app/db spec.dataFrom[0]"

    @pytest.mark.parametrize("key", ["cert/web", "key/sign"])
    def test_only_secrets_have_members(self, key: str) -> None:
        error = failure(made({"data": [], "dataFrom": [{"extract": {"key": key}}]}, data_from=[bundle("{}")]))
        assert f"{key} has no members" in str(error)


class TestFind:
    def test_every_match_under_its_name(self) -> None:
        assert revealed(found({"a": "1", "b-c": "2"})) == {"a": b"1", "b-c": b"2"}

    def test_each_is_decoded(self) -> None:
        assert revealed(found({"a": "MQ=="}, decodingStrategy="Base64")) == {"a": b"1"}

    def test_null_bytes_fail_where_asked(self) -> None:
        assert "NUL byte" in str(failure(found({"a": "x\0"}, nullBytePolicy="Fail")))

    @pytest.mark.parametrize("policy", POLICIES)
    def test_one_that_was_deleted_since_the_list_is_as_if_never_listed(self, policy: str) -> None:
        spec = {
            "target": {"name": "db", "deletionPolicy": policy},
            "data": [],
            "dataFrom": [{"find": {"name": {}}}],
        }
        reads: tuple[tuple[SecretName, Read], ...] = (
            (SecretName("gone"), Unread(error=ABSENT)),
            (SecretName("there"), bundle("1")),
        )
        outcome = made(spec, data_from=[Found(reads=reads)])
        assert revealed(outcome) == {"there": b"1"}
        assert isinstance(outcome, Rendered)
        assert outcome.missing == ()

    def test_one_that_cannot_be_read_fails_all(self) -> None:
        refusal = RoleMissing(what="no role")
        assert failure(found({"a": "1", "b": Unread(error=refusal)})) is refusal

    def test_a_list_that_cannot_be_had_fails_all(self) -> None:
        refusal = Unavailable(what="the vault does not answer")
        spec: dict[str, Any] = {"data": [], "dataFrom": [{"find": {"name": {}}}]}
        assert failure(made(spec, data_from=[Found(error=refusal)])) is refusal


class TestPrecedence:
    SPEC: Mapping[str, Any] = {
        "dataFrom": [
            {"extract": {"key": "one"}},
            {"find": {"name": {"regexp": "x"}}},
            {"extract": {"key": "two"}},
        ],
        "data": [{"secretKey": "d", "remoteRef": {"key": "x"}}],
    }

    def test_later_entries_win_and_data_wins_over_data_from(self) -> None:
        listed = Found(reads=((SecretName("b"), bundle("find")), (SecretName("c"), bundle("find"))))
        outcome = made(
            self.SPEC,
            data_from=[
                bundle('{"a": "one", "b": "one", "c": "one", "d": "one"}'),
                listed,
                bundle('{"c": "two", "d": "two"}'),
            ],
            data=[bundle("last")],
        )
        assert revealed(outcome) == {"a": b"one", "b": b"find", "c": b"two", "d": b"last"}

    def test_the_first_failure_in_that_order_is_told(self) -> None:
        first, second = Unavailable(what="first"), Unavailable(what="second")
        spec = {"dataFrom": [{"extract": {"key": "one"}}]}
        assert failure(made(spec, data_from=[Unread(error=first)], data=[Unread(error=second)])) is first


def with_refusal(entry: str, policy: str, refusal: KeyferryError) -> Rendered | Failed:
    """Render the key A and one more entry, whose read, or list, was refused."""
    place, fields = ENTRIES[entry]
    first = {"secretKey": "A", "remoteRef": {"key": "db-password"}}
    target = {"name": "db", "deletionPolicy": policy}
    if place == "data":
        return made({"target": target, "data": [first, fields]}, data=[bundle("1"), Unread(error=refusal)])
    read: Read | Found = Found(error=refusal) if entry == "find" else Unread(error=refusal)
    return made({"target": target, "data": [first], place: [fields]}, data_from=[read], data=[bundle("1")])


class TestMissing:
    """What the vault has not is told or skipped by `deletionPolicy`; every other failure keeps the Secret as it is."""

    @pytest.mark.parametrize("entry", ["data", "extract"])
    @pytest.mark.parametrize(
        ("policy", "skipped"),
        [
            pytest.param("Retain", False, id="retain-fails"),
            pytest.param("Delete", True, id="delete-leaves-it-out"),
            pytest.param("Merge", True, id="merge-leaves-it-out"),
        ],
    )
    def test_an_absent_secret(self, entry: str, policy: str, skipped: bool) -> None:
        outcome = with_refusal(entry, policy, ABSENT)
        if skipped:
            assert isinstance(outcome, Rendered)
            assert revealed(outcome) == {"A": b"1"}
            path = "spec.data[1]" if entry == "data" else "spec.dataFrom[0]"
            assert outcome.missing == (f"{path}: {ABSENT.what}",)
        else:
            assert failure(outcome) is ABSENT

    @pytest.mark.parametrize("entry", sorted(ENTRIES))
    @pytest.mark.parametrize("policy", POLICIES)
    @pytest.mark.parametrize(
        "refusal",
        [
            pytest.param(NotFound(what="SecretStore app/kv does not exist"), id="no-store"),
            pytest.param(NotFound(what="ServiceAccount app/reader does not exist"), id="no-account"),
            pytest.param(NotFound(what="nothing is there at https://kv-prod.vault.azure.net"), id="404-of-a-proxy"),
            pytest.param(GrantError(what="the account's owner does not consent"), id="no-consent"),
            pytest.param(RoleMissing(what="no role"), id="no-role"),
            pytest.param(Throttled(what="too many requests", retry_after=None), id="throttled"),
            pytest.param(Unavailable(what="no answer"), id="no-answer"),
        ],
    )
    def test_any_other_refusal_fails_under_every_policy(self, entry: str, policy: str, refusal: KeyferryError) -> None:
        assert failure(with_refusal(entry, policy, refusal)) is refusal

    @pytest.mark.parametrize("policy", POLICIES)
    def test_a_missing_property_is_no_missing_secret(self, policy: str) -> None:
        spec = {
            "target": {"name": "db", "deletionPolicy": policy},
            "data": [{"secretKey": "A", "remoteRef": {"key": "db-password", "property": "gone"}}],
        }
        assert isinstance(failure(made(spec, data=[bundle("{}")])), SpecError)


class TestErrorsAreNotShared:
    def test_a_common_reads_error_is_left_as_it_is(self) -> None:
        common = SpecError(what="the vault does not accept the request", cause="HTTP 400", remedy="check the name")
        error = failure(made({}, data=[Unread(error=common)]))
        assert common.where is None
        assert (error.what, error.cause, error.remedy) == (common.what, common.cause, common.remedy)
        assert str(error.where) == "ExternalSecret app/db spec.data[0]"

    def test_an_error_that_knows_its_place_keeps_it(self) -> None:
        place = Where(kind="Key Vault", name="https://kv-prod.vault.azure.net")
        assert failure(made({}, data=[Unread(error=SpecError(what="no", where=place))])).where == place


def texts_of(error: BaseException | None) -> Iterator[str]:
    """Everything that printing an error can show, of it and of what it came from."""
    while error is not None:
        yield from (repr(error), str(error), repr(error.args), repr(getattr(error, "__dict__", {})))
        error = error.__cause__ or error.__context__


def outcomes_with_canaries() -> dict[str, Rendered | Failed]:
    encoded = base64.b64encode(CANARY.encode() + b"\0").decode()
    nested = '{"k": ' + "[" * 200 + f'"{CANARY}"' + "]" * 200 + "}"
    strict = {"decodingStrategy": "Base64", "nullBytePolicy": "Fail"}
    return {
        "rendered": one(CANARY),
        "no-property": one(CANARY, property="x"),
        "no-property-of-json": one(f'{{"{CANARY}": "{CANARY}"}}', property="x"),
        "too-deep": one(nested, property="k.@pretty"),
        "undecodable": one(f"{CANARY}!", decodingStrategy="Base64"),
        "null-byte": one(encoded, **strict),
        "no-json": extracted(CANARY),
        "half-json": extracted(f'{{"k": "{CANARY}'),
        "array": extracted(f'["{CANARY}"]'),
        "string": extracted(f'"{CANARY}"'),
        "lone-surrogate": extracted(f'{{"k": "{CANARY}\\ud800"}}'),
        "undecodable-member": extracted(f'{{"k": "{CANARY}!"}}', decodingStrategy="Base64"),
        "null-byte-in-a-member": extracted(f'{{"k": "{encoded}"}}', **strict),
        "collision": extracted(f'{{"a b": "{CANARY}", "a_b": "{CANARY}"}}'),
        "undecodable-find": found({"a": f"{CANARY}!"}, decodingStrategy="Base64"),
        "collision-in-a-find": found({"a": CANARY, "b": Unread(error=ABSENT)}),
    }


@pytest.mark.parametrize("name", sorted(outcomes_with_canaries()))
def test_no_outcome_shows_a_value(name: str) -> None:
    outcome = outcomes_with_canaries()[name]
    shown = [repr(outcome), str(outcome)]
    if isinstance(outcome, Failed):
        shown += texts_of(outcome.error)
    assert [text for text in shown if CANARY in text] == []


@given(value=st.text(), remote=st.fixed_dictionaries({}, optional={"property": st.text(min_size=1, max_size=20)}))
def test_no_value_and_no_property_makes_it_raise(value: str, remote: dict[str, str]) -> None:
    clean = value.encode("utf-8", "replace").decode()
    try:
        spec = parsed(external({"data": [{"secretKey": "A", "remoteRef": {"key": "x", **remote}}]}))
    except SpecError:  # no property that a spec may have
        return
    outcome = render.render(spec, Values(data_from=(), data=(bundle(clean),)), ENGINE)
    assert isinstance(outcome, Rendered | Failed)


def test_a_find_is_never_taken_for_one_read() -> None:
    spec = parsed(external({"data": [], "dataFrom": [{"find": {"name": {}}}]}))
    assert isinstance(spec.data_from[0], Find)
    with pytest.raises(AssertionError):
        render.render(spec, Values(data_from=(bundle("1"),), data=()), ENGINE)
    extract = parsed(external({"data": [], "dataFrom": [{"extract": {"key": "a"}}]}))
    with pytest.raises(AssertionError):
        render.render(extract, Values(data_from=(Found(),), data=()), ENGINE)


class TestTemplates:
    SPEC: Mapping[str, Any] = {"target": {"name": "db", "template": {"data": {"URL": "db/{{ .PASSWORD }}"}}}}

    def test_makes_the_data(self) -> None:
        outcome = made(self.SPEC, data=[bundle("x")])
        assert revealed(outcome) == {"URL": b"db/x"}
        assert isinstance(outcome, Rendered)
        assert outcome.shape == Shape()
        assert list(outcome.origins) == ["PASSWORD"], "by the name under which the template sees it"

    def test_a_mistake_tells_its_place(self) -> None:
        error = failure(made({"target": {"name": "db", "template": {"data": {"A": "{{ .B }}"}}}}, data=[bundle("x")]))
        assert str(error.where) == "ExternalSecret app/db spec.target.template.data[A]"

    @pytest.mark.parametrize(
        ("target", "renders"),
        [
            pytest.param({"deletionPolicy": "Delete"}, False, id="nothing-to-write"),
            pytest.param({"deletionPolicy": "Merge"}, True, id="an-empty-secret-to-write"),
            pytest.param({"creationPolicy": "None"}, False, id="no-secret-to-write"),
        ],
    )
    def test_is_rendered_where_there_is_something_to_write(self, target: dict[str, Any], renders: bool) -> None:
        spec = {"data": [], "dataFrom": [{"find": {}}], "target": {**self.SPEC["target"], **target}}
        assert isinstance(made(spec, data_from=[Found()]), Failed) is renders
