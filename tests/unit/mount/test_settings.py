from datetime import timedelta

from keyferry.mount.settings import Settings


def test_the_defaults_replace_the_upstream_driver_and_keep_files_in_memory() -> None:
    settings = Settings(node_id="node-1")
    assert settings.driver_name == "secrets-store.csi.k8s.io"
    assert settings.rotation_interval == timedelta(minutes=2)
    assert not settings.volumes.without_tmpfs
    assert not settings.request_tokens
    assert settings.provider_endpoint == ""
