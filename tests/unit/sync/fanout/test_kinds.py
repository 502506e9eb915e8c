import pytest

from keyferry.sync.fanout.kinds import CLUSTER_EXTERNAL_SECRETS, CLUSTER_PUSH_SECRETS, Kind


@pytest.mark.parametrize(
    ("kind", "name", "children", "mark"),
    [
        pytest.param(
            CLUSTER_EXTERNAL_SECRETS,
            "clusterexternalsecrets.external-secrets.io",
            "external-secrets.io/v1",
            "externalsecrets.external-secrets.io/ces-shared",
            id="external-secrets",
        ),
        pytest.param(
            CLUSTER_PUSH_SECRETS,
            "clusterpushsecrets.external-secrets.io",
            "external-secrets.io/v1alpha1",
            "",
            id="push-secrets",
        ),
    ],
)
def test_names(kind: Kind, name: str, children: str, mark: str) -> None:
    assert (str(kind.resource), kind.children.api_version, kind.finalizer_of("shared")) == (name, children, mark)
    assert not kind.resource.namespaced
    assert kind.children.kind == kind.spec.child_kind
