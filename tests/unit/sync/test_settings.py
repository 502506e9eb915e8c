from keyferry.sync.settings import Settings


def test_the_defaults_serve_every_namespace_of_one_replica_on_every_interface() -> None:
    settings = Settings()
    assert settings.namespace == ""
    assert settings.controller_class == "default"
    assert settings.health_address == ":8080"
    assert not settings.leader_elect
