from itertools import permutations

import pytest
from cryptography import x509

from keyferry.vault.forms.chain import in_order
from tests.fakes.certificates import key_pair
from tests.fakes.chains import chain, crossed


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_any_order_becomes_leaf_to_root(order: tuple[int, ...]) -> None:
    certificates = chain(3).certificates
    assert in_order([certificates[index] for index in order]) == certificates


def test_a_leaf_without_an_identifier_of_its_own_comes_first_all_the_same() -> None:
    certificates = chain(4, leaf_identifier=False).certificates
    assert in_order(certificates[::-1]) == certificates


def test_what_is_not_one_chain_keeps_its_order() -> None:
    mixed = (chain(3).certificates[0], chain(2).certificates[1], chain(3).certificates[2])
    assert in_order(mixed) == mixed


def test_certificates_without_identifiers_keep_their_order() -> None:
    plain = tuple(x509.load_pem_x509_certificate(key_pair(name)[0]) for name in ("a", "b"))
    assert in_order(plain) == plain


def test_a_circle_keeps_its_order() -> None:
    circle = crossed()
    assert in_order(circle) == circle


def test_one_and_none() -> None:
    assert in_order(chain(1).certificates) == chain(1).certificates
    assert in_order(()) == ()
