import pytest

from keyferry.lab.kubernetes.access.authorizer import Authorizer
from keyferry.lab.kubernetes.access.users import ADMIN
from keyferry.lab.kubernetes.admission.attributes import Attributes, Kind, World
from keyferry.lab.kubernetes.resources import Registry, Resource
from keyferry.lab.kubernetes.storage.store import Store

DEPLOYMENTS = Resource(group="apps", version="v1", kind="Deployment", plural="deployments")


@pytest.mark.parametrize(
    ("subresource", "kind"),
    [
        pytest.param("", Kind("apps", "v1", "Deployment"), id="the-object"),
        pytest.param("status", Kind("apps", "v1", "Deployment"), id="its-status"),
        pytest.param("scale", Kind("autoscaling", "v1", "Scale"), id="its-scale"),
        pytest.param("token", Kind("authentication.k8s.io", "v1", "TokenRequest"), id="a-token"),
    ],
)
def test_the_kind_is_that_of_the_body(subresource: str, kind: Kind) -> None:
    asked = Attributes(
        world=World(store=(store := Store()), registry=Registry(()), ids=str, decide=Authorizer(store).decide),
        user=ADMIN,
        resource=DEPLOYMENTS,
        operation="UPDATE",
        namespace="default",
        name="web",
        subresource=subresource,
    )
    assert asked.kind == kind
    assert kind.shown()["kind"] == kind.kind
    assert asked.is_of_its_own_kind is (kind.kind == "Deployment")
