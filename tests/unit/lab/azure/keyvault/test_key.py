from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.key import Key, KeyVersion


def test_the_latest_is_the_one_made_last_and_shows_no_private_part() -> None:
    made = [
        KeyVersion(
            id=each,
            type="EC",
            pem="pr1vate",
            public=(),
            operations=(),
            attributes=Attributes(created=1, updated=1),
        )
        for each in ("f", "0")
    ]
    key = Key(name="a", versions={version.id: version for version in made})
    assert key.latest.id == "0"
    assert "pr1vate" not in repr(key)
