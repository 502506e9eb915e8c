"""Settings that no node process can work with."""

from pathlib import Path

import pytest

from keyferry.model.errors import SpecError
from keyferry.mount import settings_check
from keyferry.mount.settings import ProviderSettings, Settings, VolumeSettings


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(Settings(node_id="n"), id="defaults"),
        pytest.param(Settings(node_id="", endpoint="", provider_endpoint="unix:///p.sock"), id="provider-alone"),
        pytest.param(Settings(node_id="n", provider=ProviderSettings("azurechinacloud")), id="any-case"),
        pytest.param(Settings(node_id="n", provider=ProviderSettings("AzureStackCloud")), id="own-cloud"),
        pytest.param(
            Settings(node_id="n", provider=ProviderSettings(token_proxy_url="https://proxy:8443")), id="proxy"
        ),
    ],
)
def test_takes_what_can_be(settings: Settings) -> None:
    settings_check.check(settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param(Settings(node_id="n", endpoint=""), "nothing to serve", id="nothing"),
        pytest.param(Settings(node_id="n", provider=ProviderSettings("Azure")), '--cloud-name "Azure"', id="cloud"),
        pytest.param(Settings(node_id="n", provider=ProviderSettings("")), "--cloud-name", id="no-cloud"),
        pytest.param(
            Settings(node_id="n", provider=ProviderSettings(token_proxy_url="http://proxy")),
            "--token-proxy-url",
            id="proxy",
        ),
        pytest.param(
            Settings(node_id="n", volumes=VolumeSettings(kubelet_root=Path("kubelet"))), "--kubelet-root", id="relative"
        ),
    ],
)
def test_names_the_flag_that_cannot_be(settings: Settings, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        settings_check.check(settings)
