"""The defaults are the public cloud and upstream's release."""

from keyferry.admit.injection.settings import InjectionSettings


def test_defaults() -> None:
    settings = InjectionSettings(tenant_id="t")
    assert settings.authority_host == "https://login.microsoftonline.com/"
    assert settings.audience == "api://AzureADTokenExchange"
    assert settings.binding is None
    assert settings.native_sidecars
    assert settings.proxy.sidecar.endswith("/proxy:v1.6.0")
    assert settings.proxy.init.endswith("/proxy-init:v1.6.0")
