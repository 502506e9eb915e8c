"""Applications that prove themselves to Entra: certificates with their keys, and the assertions signed with them."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey

from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.directory import Application, Directory
from tests.fakes import lab_azure

APPLICATION = "12121212-1212-4212-8212-121212121212"
TOKEN_URL = f"https://login.microsoftonline.com/{lab_azure.TENANT}/oauth2/v2.0/token"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKey:
    """A self-signed certificate and its private key, PEM and PKCS#12."""

    pem: str
    private_pem: str = field(repr=False)
    pfx: bytes = field(repr=False)
    sha1: str
    sha256: str

    @property
    def both_pem(self) -> bytes:
        """The key and the certificate in one file."""
        return (self.private_pem + self.pem).encode()


def client_key(name: str = "app") -> ClientKey:
    """One for each name in a test run."""
    return _made(name)


@cache
def _made(name: str) -> ClientKey:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return ClientKey(
        pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        private_pem=private.decode(),
        pfx=pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, plain),
        sha1=_base64url(certificate.fingerprint(hashes.SHA1())),
        sha256=_base64url(certificate.fingerprint(hashes.SHA256())),
    )


def application(**changes: Any) -> dict[str, Any]:
    """The seed entry of an application with a secret and a certificate."""
    return {
        "name": "app",
        "clientId": APPLICATION,
        "tenantId": lab_azure.TENANT,
        "secrets": [{"value": "good/secret+1"}],
        "certificates": [{"pem": client_key().pem}],
        **changes,
    }


def registered(world: Azure, **changes: Any) -> Application:
    """The same, added to a world that runs."""
    seeded = seed.parse(lab_azure.document(applications=[application(**changes)]))
    (added,) = Directory(seeded).applications
    world.directory.applications.append(added)
    return added


def assertion(key: str = "app", header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A client assertion of the application; a header field or claim given as None is left out."""
    pair = client_key(key)
    issued = int(lab_azure.NOW.timestamp())
    content = {
        "aud": TOKEN_URL,
        "iss": APPLICATION,
        "sub": APPLICATION,
        "jti": "1",
        "nbf": issued,
        "exp": issued + 600,
        **claims,
    }
    fields = {"alg": "RS256", "typ": "JWT", "x5t": pair.sha1, **(header or {})}
    return jwt.encode(
        {name: value for name, value in fields.items() if value is not None},
        {name: value for name, value in content.items() if value is not None},
        RSAKey.import_key(pair.private_pem),
        algorithms=[str(fields["alg"])],
        default_type=None,
    )


def padded_assertion(key: str, algorithm: str) -> str:
    """One made as azure-identity does it by hand: with the padding of base64."""
    pair = client_key(key)
    documents = (
        {"alg": algorithm, "typ": "JWT", "x5t#S256": f"{pair.sha256}="},
        {"aud": TOKEN_URL, "iss": APPLICATION, "sub": APPLICATION, "exp": int(lab_azure.NOW.timestamp()) + 600},
    )
    signed = ".".join(base64.urlsafe_b64encode(json.dumps(document).encode()).decode() for document in documents)
    private = serialization.load_pem_private_key(pair.private_pem.encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=hashes.SHA256.digest_size)
    signature = private.sign(signed.encode(), pss if algorithm == "PS256" else padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode()}"


def public_key(name: str) -> rsa.RSAPublicKey:
    """The public half of a client's key."""
    key = x509.load_pem_x509_certificate(client_key(name).pem.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
