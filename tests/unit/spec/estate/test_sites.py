"""keyferry.spec.estate.sites"""

from datetime import timedelta

from keyferry.spec.estate.sites import Consumption, Delivery, ObjectType, RoleScope, Site, SiteSecret


def secret(name: str, vault: str, delivery: Delivery) -> SiteSecret:
    return SiteSecret(
        vault=vault,
        name=name,
        alias=name.upper(),
        type=ObjectType.SECRET,
        version="",
        consume=Consumption.FILES,
        delivery=delivery,
        reason="",
    )


def site(*secrets: SiteSecret) -> Site:
    return Site(
        name="a",
        namespace="shop-a",
        service_account="web",
        makes_namespace=True,
        identity="shops-a",
        vault="kv-a",
        role_scope=RoleScope.VAULT,
        secret_name="a-secrets",
        refresh_interval=timedelta(hours=1),
        mount_path="/mnt/secrets",
        workload="a",
        secrets=secrets,
    )


def test_the_subject_is_as_tokens_have_it() -> None:
    assert site().subject == "system:serviceaccount:shop-a:web"


def test_knows_its_vaults_and_what_comes_in_which_way() -> None:
    first, second = secret("x", "kv-b", Delivery.FILES), secret("y", "kv-a", Delivery.SECRET)
    both = site(first, second)
    assert both.vaults == ("kv-a", "kv-b")
    assert both.delivered(Delivery.FILES) == (first,)
    assert both.delivered(Delivery.SECRET) == (second,)
