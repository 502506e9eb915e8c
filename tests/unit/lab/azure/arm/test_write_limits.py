from keyferry.lab.azure.arm import write_limits
from keyferry.lab.azure.cloud import Azure
from tests.fakes import lab_arm
from tests.fakes.lab_azure import header, later


def _put(world: Azure, identity: str = "reader", seconds: float = 0) -> tuple[int, str]:
    path = f"{lab_arm.IDENTITIES}/{identity}/federatedIdentityCredentials/one"
    body = {"properties": {"issuer": "https://i", "subject": "s", "audiences": ["a"]}}
    answer = lab_arm.caller(world)("PUT", path, body=body, now=later(seconds=seconds))
    return (answer.status, "") if answer.status < 300 else lab_arm.error(answer)


def test_writes_are_free_unless_told() -> None:
    world = lab_arm.world()
    assert [_put(world)[0] for _ in range(12)] == [201] + [200] * 11
    assert all(len(kept) <= write_limits.OF_TENANT[0] + 1 for kept in world.resources.credential_writes.values())


def test_two_writes_to_one_identity_at_once_conflict() -> None:
    world = lab_arm.world()
    world.resources.settings.credential_write_seconds = 2
    assert _put(world) == (201, "")
    assert _put(world, seconds=1) == (
        409,
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    )
    assert _put(world, "officer", seconds=1) == (201, "")
    assert _put(world, seconds=2) == (200, "")


def test_writes_beyond_the_documented_rate_are_throttled() -> None:
    world = lab_arm.world()
    world.resources.settings.throttle_credential_writes = True
    assert _put(world) == (201, "")
    assert _put(world, seconds=3) == (429, "TooManyRequests")
    assert _put(world, "officer", seconds=3) == (201, "")
    assert _put(world, seconds=4) == (200, "")


def test_a_throttled_write_tells_when_to_come_again() -> None:
    world = lab_arm.world()
    world.resources.settings.throttle_credential_writes = True
    _put(world)
    path = f"{lab_arm.IDENTITIES}/reader/federatedIdentityCredentials/one"
    assert header(lab_arm.caller(world)("DELETE", path), "Retry-After") == "4"
