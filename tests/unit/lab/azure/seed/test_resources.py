from keyferry.lab.azure.seed.resources import ArmSeed


def test_nothing_declared_is_the_quick_and_empty_arm() -> None:
    seed = ArmSeed()
    assert (seed.groups, seed.clusters, seed.diagnostic_settings, seed.unregistered) == ((), (), (), ())
    assert seed.settings.vault_dns_seconds == seed.settings.purge_seconds == 0
