"""`rsaDecrypt`: RSA-OAEP (RFC 8017 §7.1), without a label."""

from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from keyferry.template.functions.crypto import effort, pem_blocks, private_keys
from keyferry.template.functions.function import Fault, Surroundings

_HASHES: Final[dict[bytes, type[hashes.HashAlgorithm]]] = {b"SHA1": hashes.SHA1, b"SHA512": hashes.SHA512}


def rsa_decrypt(world: Surroundings, scheme: bytes, hash_name: bytes, text: bytes, key: bytes) -> bytes:
    """Return the plain text. Scheme `None` gives the text as it is; a hash of another name is SHA-256."""
    if scheme == b"None":
        return text
    if scheme != b"RSA-OAEP":
        raise Fault("the scheme is neither RSA-OAEP nor None")
    block = pem_blocks.first(key)
    if block is None:
        raise Fault("there is no PEM block with a private key")
    parsed = private_keys.of_der(world, block.content)
    if not isinstance(parsed, rsa.RSAPrivateKey):
        raise Fault("the private key is no RSA key")
    effort.spend(world, effort.use(parsed.key_size), len(text))
    algorithm = _HASHES.get(hash_name, hashes.SHA256)()
    try:
        return parsed.decrypt(text, padding.OAEP(padding.MGF1(algorithm), algorithm, None))
    except ValueError:
        raise Fault("the text cannot be decrypted with this key and hash") from None


CALLS: Final = {"rsaDecrypt": rsa_decrypt}
