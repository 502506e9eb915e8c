"""keyferry.provision.manifests.state"""

from keyferry.provision.manifests.state import Manifest, SiteManifests
from tests.fakes import estates, placements

NAMESPACE, POLICY, ACCOUNT, OBJECT, PATCH = (Manifest(document={"kind": kind}) for kind in "NPAOD")


def test_what_is_applied_begins_with_the_namespace_and_has_no_patch() -> None:
    site = SiteManifests(
        placement=placements.placement(estates.site("a")),
        namespace=NAMESPACE,
        policy=POLICY,
        account=ACCOUNT,
        objects=(OBJECT,),
        patch=PATCH,
    )
    assert site.site == "a"
    assert list(site.all()) == [NAMESPACE, POLICY, ACCOUNT, OBJECT]
    assert list(site.own()) == [NAMESPACE, ACCOUNT, OBJECT]


def test_what_came_with_another_site_is_not_applied_again() -> None:
    site = SiteManifests(
        placement=placements.placement(estates.site("a")),
        namespace=None,
        policy=None,
        account=None,
        objects=(OBJECT,),
        patch=PATCH,
    )
    assert list(site.all()) == list(site.own()) == [OBJECT]
