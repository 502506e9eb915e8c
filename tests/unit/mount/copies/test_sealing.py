"""What was sealed opens for the identity and the object that it was sealed for, and for nothing else."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keyferry.model.errors import Where
from keyferry.model.identity import (
    BoundIdentity,
    ClientId,
    Identity,
    ManagedIdentity,
    PodIdentity,
    ProjectedIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    TenantId,
    WorkloadIdentity,
)
from keyferry.model.secrets import (
    ObjectKind,
    SecretBundle,
    SecretName,
    SecretProperties,
    SecretRef,
    SecretValue,
    SecretVersion,
    VaultUrl,
)
from keyferry.mount.copies.sealing import KEY_BYTES, NONCE_BYTES, Kept, Sealer, canonical

SEALER = Sealer(SecretValue(b"m" * KEY_BYTES))
NONCE = b"n" * NONCE_BYTES
REF = SecretRef(vault_url=VaultUrl("https://kv.vault.azure.net"), name=SecretName("orders-database"))
PRINCIPAL = ServicePrincipal(
    tenant_id=TenantId("t"),
    client_id=ClientId("c"),
    authority_host="https://h",
    source=Where(kind="Secret", namespace="app", name="azure"),
    secret=SecretValue(b"hunter2"),
)

# Few short texts, so that two draws are often near each other.
WORDS = st.sampled_from(["", "a", "b", "ab", "a/b", "s\0", "ü", "\ud800"])
ACCOUNTS = st.builds(ServiceAccountRef, namespace=WORDS, name=WORDS)
TENANTS, CLIENTS = WORDS.map(TenantId), WORDS.map(ClientId)
IDENTITIES: st.SearchStrategy[Identity] = st.one_of(
    st.builds(
        WorkloadIdentity,
        tenant_id=TENANTS,
        client_id=CLIENTS,
        service_account=ACCOUNTS,
        authority_host=WORDS,
        audiences=st.lists(WORDS, max_size=2).map(tuple),
    ),
    st.builds(BoundIdentity, tenant_id=TENANTS, client_id=CLIENTS, service_account=ACCOUNTS, authority_host=WORDS),
    st.builds(ProjectedIdentity, tenant_id=TENANTS, client_id=CLIENTS, authority_host=WORDS, token_file=WORDS),
    st.builds(ManagedIdentity, client_id=CLIENTS, tenant_id=TENANTS, resource_id=WORDS),
    st.builds(PodIdentity, namespace=WORDS, pod=WORDS, uid=WORDS, endpoint=WORDS),
    st.builds(
        ServicePrincipal,
        tenant_id=TENANTS,
        client_id=CLIENTS,
        authority_host=WORDS,
        source=st.builds(Where, kind=WORDS, name=WORDS),
        secret=st.none() | st.binary(max_size=2).map(SecretValue),
        certificate=st.none() | st.binary(max_size=2).map(SecretValue),
    ),
)
REFS = st.builds(
    SecretRef,
    vault_url=WORDS.map(VaultUrl),
    name=WORDS.map(SecretName),
    version=WORDS.map(SecretVersion),
    kind=st.sampled_from(ObjectKind),
)
INSTANTS = st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
PROPERTIES = st.builds(
    SecretProperties,
    name=st.text().map(SecretName),
    version=st.text().map(SecretVersion),
    enabled=st.booleans(),
    created=st.none() | INSTANTS,
    updated=st.none() | INSTANTS,
    expires=st.none() | INSTANTS,
    not_before=st.none() | INSTANTS,
    content_type=st.text(),
    tags=st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple),
    certificate_backed=st.booleans(),
)
COPIES = st.builds(
    Kept,
    bundle=st.builds(SecretBundle, properties=PROPERTIES, value=st.binary().map(SecretValue)),
    at=INSTANTS,
)


def a_copy(value: bytes = b"swordfish") -> Kept:
    properties = SecretProperties(
        name=SecretName("db"),
        version=SecretVersion("1" * 32),
        enabled=True,
        created=None,
        updated=datetime(2026, 11, 22, tzinfo=UTC),
        expires=None,
        not_before=None,
        content_type="",
        tags=(("team", "payments"),),
    )
    return Kept(
        bundle=SecretBundle(properties=properties, value=SecretValue(value)), at=datetime(2026, 11, 22, 6, tzinfo=UTC)
    )


@given(IDENTITIES, REFS, COPIES, st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES))
def test_what_was_sealed_opens_again(identity: Identity, ref: SecretRef, kept: Kept, nonce: bytes) -> None:
    assert SEALER.opened(identity, ref, SEALER.seal(identity, ref, kept, nonce)) == kept


@given(IDENTITIES, REFS, IDENTITIES, REFS)
def test_nobody_opens_anothers_copy_nor_finds_its_name(
    identity: Identity, ref: SecretRef, other: Identity, another: SecretRef
) -> None:
    assume((identity, ref) != (other, another))
    sealed = SEALER.seal(identity, ref, a_copy(), NONCE)

    assert SEALER.opened(other, another, sealed) is None
    assert SEALER.name_of(identity, ref) != SEALER.name_of(other, another)


@given(IDENTITIES, IDENTITIES)
def test_identities_have_one_canonical_form_each(one: Identity, other: Identity) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"secret": SecretValue(b"hunter3")}, id="another-secret"),
        pytest.param({"secret": None, "certificate": SecretValue(b"hunter2")}, id="as-a-certificate"),
        pytest.param({"source": Where(kind="Secret", namespace="web", name="azure")}, id="from-another-namespace"),
    ],
)
def test_another_credential_opens_nothing(change: dict[str, object]) -> None:
    sealed = SEALER.seal(PRINCIPAL, REF, a_copy(), NONCE)

    assert SEALER.opened(replace(PRINCIPAL, **change), REF, sealed) is None  # type: ignore[arg-type]  # rows of fields


@given(st.integers(0), st.integers(0, 7))
def test_one_flipped_bit_closes_it(place: int, bit: int) -> None:
    sealed = bytearray(SEALER.seal(PRINCIPAL, REF, a_copy(), NONCE))
    sealed[place % len(sealed)] ^= 1 << bit

    assert SEALER.opened(PRINCIPAL, REF, bytes(sealed)) is None


def test_a_beginning_closes_it_at_every_length() -> None:
    sealed = SEALER.seal(PRINCIPAL, REF, a_copy(), NONCE)

    assert [end for end in range(len(sealed)) if SEALER.opened(PRINCIPAL, REF, sealed[:end]) is not None] == []
    assert SEALER.opened(PRINCIPAL, REF, sealed + b"x") is None


@given(st.binary(max_size=200))
def test_any_bytes_are_no_copy(content: bytes) -> None:
    assert SEALER.opened(PRINCIPAL, REF, content) is None
    assert SEALER.opened(PRINCIPAL, REF, b"KFLG\x01" + content) is None


def test_another_key_opens_nothing() -> None:
    other = Sealer(SecretValue(b"k" * KEY_BYTES))

    assert other.opened(PRINCIPAL, REF, SEALER.seal(PRINCIPAL, REF, a_copy(), NONCE)) is None
    assert other.name_of(PRINCIPAL, REF) != SEALER.name_of(PRINCIPAL, REF)


def test_a_sealed_copy_shows_neither_value_nor_identity_nor_object() -> None:
    shown = (
        SEALER.seal(PRINCIPAL, REF, a_copy(), NONCE) + SEALER.name_of(PRINCIPAL, REF).encode() + repr(SEALER).encode()
    )

    for hidden in (b"swordfish", b"hunter2", b"azure", b"orders-database", b"payments", b"m" * KEY_BYTES):
        assert hidden not in shown


@dataclass(frozen=True)
class _Odd:
    number: int


@pytest.mark.parametrize("value", [7, b"x", _Odd(7), WorkloadIdentity])
def test_what_no_identity_is_made_of_has_no_form(value: object) -> None:
    with pytest.raises(TypeError, match="has no canonical form"):
        canonical(value)


def test_a_key_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="a master key has 32 bytes"):
        Sealer(SecretValue(b"short"))
