from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

SEED = seed.parse(lab_azure.document()).vaults[0]


def test_plants_what_the_seed_declares() -> None:
    vault = plant(SEED, PUBLIC, NOW, lab_azure.sources())
    assert vault.url == "https://kv-one.vault.azure.net"
    assert [version.value for version in vault.objects.secrets.live["versioned"].versions.values()] == ["v1", "v2"]
    assert vault.objects.secrets.live["versioned"].latest.value == "v2"
    latest = vault.objects.secrets.live["db-password"].latest
    assert (latest.content_type, latest.tags) == ("text/plain", (("team", "a"),))
    assert latest.attributes.created == latest.attributes.updated == int(NOW.timestamp())


def test_each_version_is_a_second_younger_than_the_one_before() -> None:
    vault = plant(SEED, PUBLIC, NOW, lab_azure.sources())
    found = vault.objects.secrets.live["versioned"].versions.values()
    now = int(NOW.timestamp())
    assert [(version.attributes.created, version.attributes.updated) for version in found] == [
        (now - 1,) * 2,
        (now,) * 2,
    ]


def test_random_values_have_their_length_and_differ() -> None:
    two = seed.parse(lab_azure.document()).vaults[1]
    made = [plant(two, PUBLIC, NOW, sources) for sources in [lab_azure.sources()] * 2]
    values = [vault.objects.secrets.live["alone"].latest.value for vault in made]
    assert [len(value) for value in values] == [20, 20]
    assert values[0] != values[1]


def test_times_are_whole_seconds() -> None:
    document = lab_azure.document()
    document["vaults"][0]["secrets"] = {
        "a": {"value": "x", "expires": "2030-01-01T00:00:00Z", "notBefore": "2029-01-01T00:00:00Z"}
    }
    latest = plant(seed.parse(document).vaults[0], PUBLIC, NOW, lab_azure.sources()).objects.secrets.live["a"].latest
    assert (latest.attributes.not_before, latest.attributes.expires) == (1861920000, 1893456000)
