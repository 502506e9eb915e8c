"""What a pod gets: the volume's name, the variables' order, and the way through a token proxy."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.admit.injection.settings import (
    Binding,
    CaConfigMap,
    CaData,
    CaTrustBundle,
    CertificateAuthority,
    InjectionSettings,
)
from keyferry.admit.injection.wish import Wish, wish
from tests.fakes.injections import ACCOUNT

SETTINGS = InjectionSettings(tenant_id="t")
FILE = ("AZURE_KUBERNETES_CA_FILE", "/var/run/secrets/azure/wi/ca-cert/ca.crt")


def bound(authority: CertificateAuthority | None, sni_name: str = "proxy.ests.aks") -> Wish:
    binding = Binding(
        annotation="azure.workload.identity/use-identity-binding",
        audience="api://AKSIdentityBinding",
        token_proxy="https://10.0.0.1",
        sni_name=sni_name,
        authority=authority,
    )
    return wish("web", ACCOUNT, 3600, SETTINGS, binding)


@given(st.text())
def test_the_volumes_name_is_made_of_the_pods(name: str) -> None:
    found = wish(name, {}, 3600, SETTINGS, None).volume["name"]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    assert found == f"azure-workload-identity-reserved-{digest[:30]}"
    assert len(found) == 63


def test_a_name_that_was_seen_in_a_cluster() -> None:
    """`printf 'web-7c5b (prefix)' | sha256sum`."""
    found = wish("web-7c5b (prefix)", {}, 3600, SETTINGS, None).mount["name"]
    assert found == "azure-workload-identity-reserved-3aca27dc6a003b03314839cde0fa19"


@pytest.mark.parametrize(
    ("authority", "variables", "source"),
    [
        pytest.param(None, [], None, id="none"),
        pytest.param(CaData(pem="PEM"), [("AZURE_KUBERNETES_CA_DATA", "PEM")], None, id="data-and-no-file"),
        pytest.param(
            CaConfigMap(name="ca"),
            [FILE],
            {"configMap": {"name": "ca", "items": [{"key": "ca.crt", "path": "ca-cert/ca.crt"}], "optional": False}},
            id="config-map",
        ),
        pytest.param(
            CaTrustBundle(signer_name="example.com/s"),
            [FILE],
            {
                "clusterTrustBundle": {
                    "signerName": "example.com/s",
                    "labelSelector": {},
                    "optional": False,
                    "path": "ca-cert/ca.crt",
                }
            },
            id="all-bundles-of-a-signer",
        ),
        pytest.param(
            CaTrustBundle(signer_name="example.com/s", label_selector={"matchLabels": {"a": "b"}}),
            [FILE],
            {
                "clusterTrustBundle": {
                    "signerName": "example.com/s",
                    "labelSelector": {"matchLabels": {"a": "b"}},
                    "optional": False,
                    "path": "ca-cert/ca.crt",
                }
            },
            id="bundles-by-label",
        ),
    ],
)
def test_the_way_through_the_token_proxy(
    authority: CertificateAuthority | None, variables: list[tuple[str, str]], source: dict[str, object] | None
) -> None:
    found = bound(authority)
    told = [(entry["name"], entry["value"]) for entry in found.variables]
    proxy = [("AZURE_KUBERNETES_TOKEN_PROXY", "https://10.0.0.1"), ("AZURE_KUBERNETES_SNI_NAME", "proxy.ests.aks")]
    assert told[4:] == [*proxy, *variables]
    token, *rest = found.volume["projected"]["sources"]
    assert token["serviceAccountToken"]["audience"] == "api://AKSIdentityBinding"
    assert rest == ([] if source is None else [source])


def test_an_empty_name_is_no_variable() -> None:
    assert [entry["name"] for entry in bound(None, sni_name="").variables][4:] == ["AZURE_KUBERNETES_TOKEN_PROXY"]
