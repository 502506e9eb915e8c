import base64

import pytest
from cryptography import x509

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster.synced_data import LIMIT_BYTES, data_of
from keyferry.spec.secret_objects import KeySource, SecretObject
from tests.fakes.certificates import key_pair
from tests.fakes.chains import chain

CERTIFICATE, KEY = key_pair()
FILES = {
    name: SecretValue(value)
    for name, value in {
        "db": b"hunter2\x00\xff",
        "old/1": b"older",
        "web": KEY + CERTIFICATE,
        "web.pfx": chain(2).pkcs12(),
        "web.txt": base64.b64encode(chain(2).pkcs12()),
        "empty": b"",
    }.items()
}


def secret(type_: str = "Opaque", **keys: str) -> SecretObject:
    data = tuple(KeySource(key=key.replace("_", "."), object_name=name) for key, name in keys.items())
    return SecretObject(secret_name="app", type=type_, data=data)


def test_a_key_gets_the_bytes_of_its_file() -> None:
    made = data_of(secret(password="db", old="old/1", again="db", nothing="empty"), FILES)
    assert {key: value.reveal() for key, value in made.items()} == {
        "password": b"hunter2\x00\xff",
        "old": b"older",
        "again": b"hunter2\x00\xff",
        "nothing": b"",
    }


@pytest.mark.parametrize("name", ["web", "web.pfx", "web.txt"])
def test_a_tls_secret_gets_certificates_and_key_apart(name: str) -> None:
    made = data_of(secret("kubernetes.io/tls", tls_crt=name, tls_key=name), FILES)
    assert x509.load_pem_x509_certificates(made["tls.crt"].reveal())
    assert made["tls.key"].reveal().startswith(b"-----BEGIN EC PRIVATE KEY-----\n")
    assert b"PRIVATE" not in made["tls.crt"].reveal()


def test_other_types_are_not_looked_into() -> None:
    assert data_of(secret("example.com/own", tls_crt="web"), FILES)["tls.crt"] == FILES["web"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        pytest.param(
            secret(password="DB"), r"objectName DB is not a mounted file: mounted are db, empty", id="no-file"
        ),
        pytest.param(secret(password="old"), r"objectName old is not a mounted file", id="folder"),
        pytest.param(secret("kubernetes.io/tls", tls_crt="db"), r"tls\.crt cannot be made of db", id="no-certificate"),
        pytest.param(secret("kubernetes.io/tls", tls_key="db"), r"tls\.key cannot be made of db", id="no-key"),
    ],
)
def test_what_cannot_be_names_secret_and_file_and_no_value(wanted: SecretObject, said: str) -> None:
    with pytest.raises(SpecError, match=said) as caught:
        data_of(wanted, FILES)
    assert "Secret app" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("size", "fits"), [(LIMIT_BYTES, True), (LIMIT_BYTES + 1, False)])
def test_a_secret_holds_so_much_and_no_more(size: int, fits: bool) -> None:
    files = {"a": SecretValue(b"x" * (size - 10)), "b": SecretValue(b"x" * 10)}
    if fits:
        assert len(data_of(secret(a="a", b="b"), files)) == 2
    else:
        with pytest.raises(SpecError, match="would be too large"):
            data_of(secret(a="a", b="b"), files)


def test_nothing_mounted_is_said() -> None:
    with pytest.raises(SpecError, match="mounted are none"):
        data_of(secret(a="a"), {})
