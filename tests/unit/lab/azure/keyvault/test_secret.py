from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion


def test_the_latest_is_the_one_made_last_and_shows_no_value() -> None:
    made = [
        SecretVersion(id=each, value="v4lue", attributes=Attributes(created=1, updated=1, enabled=False))
        for each in ("f", "0")
    ]
    secret = Secret(name="a", versions={version.id: version for version in made})
    assert secret.latest.id == "0"
    assert "v4lue" not in repr(secret)
