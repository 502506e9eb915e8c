from cryptography import x509

from keyferry.forms.key_ids import authority_key, subject_key
from tests.fakes.certificates import key_pair
from tests.fakes.chains import chain


def test_a_certificate_names_its_own_key_and_its_signers() -> None:
    leaf, root = chain(2).certificates
    assert subject_key(root) is not None
    assert authority_key(leaf) == subject_key(root)
    assert subject_key(leaf) != subject_key(root)


def test_a_certificate_may_name_neither() -> None:
    plain = x509.load_pem_x509_certificate(key_pair("a")[0])
    assert authority_key(plain) is None
    assert subject_key(plain) is None
