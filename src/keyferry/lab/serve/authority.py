"""The lab's certificate authority, made when the lab starts, and gone with it where no state file keeps it."""

import ipaddress
import ssl
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALIDITY = timedelta(days=397)  # what public authorities issued at most, and every client takes
OWN_VALIDITY = timedelta(days=3650)
BACKDATED = timedelta(hours=1)  # clients' clocks may run behind


class Authority:
    """Issues server certificates that anyone who trusts `certificate_pem` accepts."""

    def __init__(self, now: datetime, kept: bytes | None = None) -> None:
        """`now` is an instant of the clients' clocks. `kept` is what `pem` of an earlier authority gave."""
        self.now = now
        self._name = _name("keyferry lab CA")
        if kept is None:
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._self_signed()
        else:
            key = serialization.load_pem_private_key(kept, None)
            assert isinstance(key, ec.EllipticCurvePrivateKey), "the lab made it"
            self._key = key
            self._certificate = x509.load_pem_x509_certificate(kept)

    @property
    def pem(self) -> bytes:
        """Certificate and private key, to be kept in a private place."""
        return self.certificate_pem + _pem(self._key)

    @property
    def certificate_pem(self) -> bytes:
        """The authority's own certificate, for clients to trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def server_context(self, *names: str, valid: tuple[datetime, datetime] | None = None) -> ssl.SSLContext:
        """Return a TLS server context whose certificate is good for `names` (DNS names, wildcards, IP addresses).

        It is `valid` from now on for a week, or between the two instants given.
        """
        return _context(*self._issued(names, valid))

    def server_pair(self, *names: str) -> tuple[bytes, bytes]:
        """Return such a certificate and its private key, both PEM: for a program that serves by itself."""
        certificate, key = self._issued(names, None)
        return certificate.public_bytes(serialization.Encoding.PEM), _pem(key)

    def _issued(
        self, names: tuple[str, ...], valid: tuple[datetime, datetime] | None
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            self._builder(_name(names[0][:64]), key.public_key(), *(valid or self._valid(VALIDITY)))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        return certificate, key

    def _self_signed(self) -> x509.Certificate:
        return (
            self._builder(self._name, self._key.public_key(), *self._valid(OWN_VALIDITY))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_CA_USAGE, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _valid(self, period: timedelta) -> tuple[datetime, datetime]:
        return self.now - BACKDATED, self.now + period

    def _builder(
        self, subject: x509.Name, public_key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )


_CA_USAGE = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _context(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    """Build the context; OpenSSL loads a key pair from files alone, so it passes through a private folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.touch(mode=0o600)
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + _pem(key))
        context.load_cert_chain(path)
    return context
