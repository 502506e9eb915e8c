"""The one TLS context of a client, built once: building it costs milliseconds, using it again costs nothing."""

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory

from keyferry.kube.config import ClientCertificate, ClusterConfig
from keyferry.model.errors import SpecError, Where


def context(config: ClusterConfig) -> ssl.SSLContext:
    """Return the context for `config`. SpecError when a certificate or key of it cannot be used."""
    try:
        prepared = ssl.create_default_context(cadata=config.ca_pem.decode("ascii") if config.ca_pem else None)
    except (ssl.SSLError, UnicodeDecodeError, ValueError):
        raise _unusable(config, "certificate-authority", "it is no PEM certificate") from None
    # Python 3.13 asks for RFC 5280 to the letter; the authorities of kubeadm, k3s and others lack key identifiers.
    prepared.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if config.insecure:
        prepared.check_hostname = False
        prepared.verify_mode = ssl.CERT_NONE
    if config.certificate is not None:
        present(prepared, config.certificate, config)
    return prepared


def present(prepared: ssl.SSLContext, certificate: ClientCertificate, config: ClusterConfig) -> None:
    """Let the connections made from now on present `certificate`.

    OpenSSL reads a key pair from files alone, so it passes through a folder that nobody else can enter.
    """
    with TemporaryDirectory(prefix="keyferry-") as folder:
        path = Path(folder) / "client.pem"
        path.touch(mode=0o600)
        path.write_bytes(certificate.certificate_pem + b"\n" + certificate.key_pem.reveal())
        try:
            prepared.load_cert_chain(path, password=_no_password)
        except (ssl.SSLError, ValueError):
            raise _unusable(config, "client-certificate", "certificate and key do not fit, or are no PEM") from None


def _no_password() -> str:
    raise ValueError("the key is encrypted")  # otherwise OpenSSL asks at the terminal


def _unusable(config: ClusterConfig, field: str, cause: str) -> SpecError:
    return SpecError(
        what=f"the {field} cannot be used",
        cause=cause,
        remedy="correct the file or the data in it",
        where=Where(kind="kubeconfig", name=config.origin, path=field),
    )
