from keyferry.lab.azure.seed.declaration import ValueSeed, VersionSeed


def test_a_value_is_not_shown() -> None:
    assert "hunter2" not in repr(VersionSeed(value=ValueSeed(text="hunter2")))
