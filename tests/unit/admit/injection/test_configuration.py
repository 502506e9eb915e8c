"""Flags and upstream's variables → settings; what is wrong is told when the process starts."""

import pytest

from keyferry.admit.injection.configuration import read
from keyferry.admit.injection.settings import CaConfigMap, CaData, CaTrustBundle, CertificateAuthority
from keyferry.model.errors import SpecError

TENANT = {"AZURE_TENANT_ID": "t"}
PROXY = {**TENANT, "AZURE_KUBERNETES_TOKEN_PROXY": "https://10.0.0.1/proxy"}
AUDIENCE = "api://AKSIdentityBinding"


@pytest.mark.parametrize(
    ("cloud", "authority_host"),
    [
        pytest.param("", "https://login.microsoftonline.com/", id="default"),
        pytest.param("AzurePublicCloud", "https://login.microsoftonline.com/", id="public"),
        pytest.param("AZURECLOUD", "https://login.microsoftonline.com/", id="public-as-the-cli-calls-it"),
        pytest.param("AzureUSGovernmentCloud", "https://login.microsoftonline.us/", id="us-government"),
        pytest.param("AzureUSGovernment", "https://login.microsoftonline.us/", id="us-government-as-the-cli-calls-it"),
        pytest.param("azurechinacloud", "https://login.chinacloudapi.cn/", id="china-in-any-case"),
        pytest.param("AzureGermanCloud", "https://login.microsoftonline.de/", id="germany"),
    ],
)
def test_every_clouds_authority_host(cloud: str, authority_host: str) -> None:
    assert read({**TENANT, "AZURE_ENVIRONMENT": cloud}).authority_host == authority_host


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param("https://login.local.example", "https://login.local.example/", id="bare"),
        pytest.param("https://login.local.example/adfs/", "https://login.local.example/adfs/", id="with-a-path"),
    ],
)
def test_a_cloud_of_ones_own(own: str, expected: str) -> None:
    settings = read({**TENANT, "AZURE_ENVIRONMENT": "AzureStackCloud"}, authority_host=own)
    assert settings.authority_host == expected


def test_variables_and_flags_that_are_set() -> None:
    settings = read({**TENANT, "PROXY_IMAGE": "p:1", "PROXY_INIT_IMAGE": "i:1"}, audience="api://other")
    assert (settings.tenant_id, settings.audience) == ("t", "api://other")
    assert (settings.proxy.sidecar, settings.proxy.init) == ("p:1", "i:1")
    assert settings.binding is None


@pytest.mark.parametrize(
    ("environ", "authority"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"AZURE_KUBERNETES_CA_DATA": "PEM"}, CaData(pem="PEM"), id="data"),
        pytest.param({"AZURE_KUBERNETES_CA_CONFIGMAP_NAME": "ca"}, CaConfigMap(name="ca"), id="config-map"),
        pytest.param(
            {"AZURE_KUBERNETES_CA_CTB_SIGNER_NAME": "a/b", "AZURE_KUBERNETES_CA_CTB_LABEL_SELECTOR": "  "},
            CaTrustBundle(signer_name="a/b"),
            id="bundles",
        ),
        pytest.param(
            {
                "AZURE_KUBERNETES_CA_CTB_SIGNER_NAME": "a/b",
                "AZURE_KUBERNETES_CA_CTB_LABEL_SELECTOR": '{"matchLabels": {"a": "b"}}',
            },
            CaTrustBundle(signer_name="a/b", label_selector={"matchLabels": {"a": "b"}}),
            id="bundles-by-label",
        ),
    ],
)
def test_identity_bindings(environ: dict[str, str], authority: CertificateAuthority | None) -> None:
    found = read(
        {**PROXY, "AZURE_KUBERNETES_SNI_NAME": "sni", **environ},
        binding_suffix="identity-binding",
        binding_audience=AUDIENCE,
    ).binding
    assert found is not None
    assert found.annotation == "azure.workload.identity/use-identity-binding"
    assert (found.audience, found.token_proxy, found.sni_name) == (AUDIENCE, "https://10.0.0.1/proxy", "sni")
    assert found.authority == authority


@pytest.mark.parametrize(
    ("environ", "flags", "words"),
    [
        pytest.param({}, {}, "AZURE_TENANT_ID is not set", id="no-tenant"),
        pytest.param({"AZURE_TENANT_ID": "${AZURE_TENANT_ID}"}, {}, "cannot be a tenant", id="tenant-left-to-fill-in"),
        pytest.param(TENANT, {"authority_host": "https://login.local.example"}, "its own", id="two-addresses"),
        pytest.param({**TENANT, "AZURE_ENVIRONMENT": "AzureChineCloud"}, {}, "AzureChinaCloud", id="27-unknown-cloud"),
        pytest.param({**TENANT, "AZURE_ENVIRONMENT": "AzureStackCloud"}, {}, "address", id="own-cloud-without-address"),
        pytest.param(PROXY, {"binding_suffix": "x"}, "audience is missing", id="25-no-audience"),
        pytest.param(PROXY, {"binding_audience": AUDIENCE}, "suffix is missing", id="25-no-suffix"),
        pytest.param(
            PROXY,
            {"binding_suffix": "x", "binding_audience": "API://azureadtokenexchange"},
            "audience",
            id="25-the-usual-audience",
        ),
        pytest.param(
            PROXY, {"binding_suffix": "x/y", "binding_audience": AUDIENCE}, "key of an annotation", id="suffix"
        ),
        pytest.param(
            PROXY, {"binding_suffix": "x" * 60, "binding_audience": AUDIENCE}, "key of an annotation", id="long-suffix"
        ),
        pytest.param(TENANT, {"binding_suffix": "x", "binding_audience": AUDIENCE}, "TOKEN_PROXY", id="no-proxy"),
        pytest.param(
            {**TENANT, "AZURE_KUBERNETES_TOKEN_PROXY": "http://10.0.0.1"},
            {"binding_suffix": "x", "binding_audience": AUDIENCE},
            "TOKEN_PROXY",
            id="plain-http",
        ),
        pytest.param(
            {**PROXY, "AZURE_KUBERNETES_CA_DATA": "PEM", "AZURE_KUBERNETES_CA_CONFIGMAP_NAME": "ca"},
            {"binding_suffix": "x", "binding_audience": AUDIENCE},
            "more than one",
            id="two-authorities",
        ),
        pytest.param(
            {**PROXY, "AZURE_KUBERNETES_CA_CTB_LABEL_SELECTOR": "{}"},
            {"binding_suffix": "x", "binding_audience": AUDIENCE},
            "no bundles",
            id="selector-without-signer",
        ),
        *(
            pytest.param(
                {
                    **PROXY,
                    "AZURE_KUBERNETES_CA_CTB_SIGNER_NAME": "a/b",
                    "AZURE_KUBERNETES_CA_CTB_LABEL_SELECTOR": text,
                },
                {"binding_suffix": "x", "binding_audience": AUDIENCE},
                "no selector",
                id=f"selector-{name}",
            )
            for name, text in (("broken", "{"), ("list", "[]"), ("deep", "[" * 100_000))
        ),
    ],
)
def test_what_is_wrong_is_told_at_the_start(environ: dict[str, str], flags: dict[str, str], words: str) -> None:
    with pytest.raises(SpecError) as refusal:
        read(environ, **flags)
    assert words in str(refusal.value)
    assert refusal.value.remedy
