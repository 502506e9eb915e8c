"""The vendor's own secret clients against the lab's Key Vault."""

from tests.fakes.azure_world import World


async def test_get(world: World) -> None:
    async with world.credential() as credential, world.secrets(credential) as client:
        secret = await client.get_secret("db-password")
    assert secret.value == "first"
    assert secret.properties.content_type == "text/plain"
    assert secret.properties.tags == {"team": "a"}
