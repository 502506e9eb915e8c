from keyferry.lab.azure.pem_files import KeyAndCertificate
from keyferry.lab.azure.seed.vault_objects import CertificateSeed, KeySeed


def test_no_private_part_is_shown() -> None:
    held = KeyAndCertificate(pem="pr1vate", leaf=b"")
    assert "pr1vate" not in repr(KeySeed(name="k", spec="P-256", pem="pr1vate"))
    assert "pr1vate" not in repr(CertificateSeed(name="c", brought=held))
