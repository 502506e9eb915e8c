"""What functions that take long cost in steps of the meter: 200,000 of them are to be a second or two."""

from typing import Final

from keyferry.template.functions.function import Surroundings

RSA_2048: Final = 10_000  # 60 ms to make, seldom three times as long
LARGE_KEY: Final = 60_000  # 300 ms: RSA of 4096 bits, DSA
PASSWORD_HASH: Final = 10_000  # bcrypt of cost 10: 60 ms
SCRYPT: Final = 40_000  # 200 ms and 32 MiB
PRIVATE_KEY: Final = 500  # read
SEALING: Final = 1_500  # PKCS#12 of 2,048 rounds: 10 ms
CERTIFICATE: Final = 20  # parsed, with its extensions
ROUNDS_A_STEP: Final = 25  # of PKCS#12's key derivation
_PROOF: Final = 300_000
_USE: Final = 80_000_000


def spend(world: Surroundings, steps: int, size: int = 0) -> None:
    """Pay for work before it is done: steps for its time, bytes for what it makes."""
    world.meter.step(steps)
    world.meter.charge(size)


def proof(size: int) -> int:
    """Return what it costs to prove the primes of an RSA key of so many bytes: 40 ms for 2048 bits, 300 for 4096."""
    return size**3 // _PROOF


def use(bits: int) -> int:
    """Return what it costs to check an RSA key's numbers and sign with it once: 1 ms for 2048 bits, 60 for 8192."""
    return bits**3 // _USE
