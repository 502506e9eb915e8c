"""Whatever an estate may call things, manifests say it so that every reader takes it for what it is."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.errors import Where
from keyferry.provision import shipped
from keyferry.provision.manifests import helm as chart
from keyferry.provision.manifests.state import Form
from keyferry.spec import azure_mount, durations, external_secret
from keyferry.spec.estate import seen_names
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import Consumption, Delivery, ObjectType, Site, SiteSecret
from tests.contract.provision import rendered
from tests.contract.provision.rendered import PLAIN, Json
from tests.fakes import estates

BITING = ("true", "no", "1e3", "0x1f", "0777", "1_000", "null", "2026-01-01", "1.10", "-", "y")
LABELS = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True) | st.sampled_from(
    ("on", "1e3", "0", "null")
)
NAMES = st.from_regex(r"[0-9a-zA-Z-]{1,20}", fullmatch=True) | st.sampled_from(
    [each for each in BITING if each.isalnum()]
)
KEYS = st.from_regex(r"[-._a-zA-Z0-9]{1,20}", fullmatch=True).filter(lambda text: seen_names.key(text) is None)
PATHS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
    lambda text: seen_names.alias(text) is None
)
KINDS = {"secret": "secrets", "cert": "certificates", "key": "keys"}
VERSIONS = st.just("") | st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
DURATIONS = st.timedeltas(min_value=durations.parse("1m"), max_value=durations.parse("100h"))


@st.composite
def secrets(draw: st.DrawFn) -> SiteSecret:
    consume = draw(st.sampled_from(Consumption))
    is_file = consume is Consumption.FILES and draw(st.booleans())
    return SiteSecret(
        vault=draw(st.sampled_from(("shops-kv", "Other-KV", "0e1"))),
        name=draw(NAMES),
        alias=draw((PATHS if is_file else KEYS) | st.sampled_from(BITING)),
        type=draw(st.sampled_from(ObjectType)),
        version=draw(VERSIONS),
        consume=consume,
        delivery=Delivery.FILES if is_file else Delivery.SECRET,
        reason=draw(st.text(max_size=10)),
    )


@st.composite
def any_estate(draw: st.DrawFn) -> Estate:
    site = estates.site(
        draw(LABELS),
        namespace=draw(LABELS),
        service_account=draw(LABELS),
        secret_name=draw(LABELS),
        refresh_interval=draw(DURATIONS),
        secrets=tuple(draw(st.lists(secrets(), max_size=5, unique_by=_first_part))),
    )
    return estates.small(site, name=draw(LABELS))


def _first_part(secret: SiteSecret) -> str:
    return secret.alias.partition("/")[0].lower()


def plain(estate: Estate) -> list[Json]:
    return rendered.below(PLAIN, rendered.files(Form.PLAIN, estate))


@settings(max_examples=40, deadline=None)
@given(any_estate())
def test_files_and_keys_are_those_of_the_estate(estate: Estate) -> None:
    (site,) = estate.sites
    found = plain(estate)
    mounted = [each for document in found if document["kind"] == "SecretProviderClass" for each in _mounted(document)]
    kept = [each for document in found if document["kind"] == "ExternalSecret" for each in _kept(site, document)]
    assert sorted(mounted) == sorted(_wanted(site, Delivery.FILES))
    assert sorted(kept) == sorted(_wanted(site, Delivery.SECRET))


@settings(max_examples=15, deadline=None)
@given(any_estate())
def test_the_chart_says_the_same(estate: Estate) -> None:
    helm = pytest.importorskip("helm_python", reason="Helm's engine has wheels for Linux and macOS alone")
    values = yaml.safe_load(rendered.files(Form.HELM, estate)["manifests/helm/values.yaml"])
    made = helm.Chart.load(shipped.find(chart.CHART)).render(values, name="sites", namespace="default")
    found = [each for path, text in made.items() if path.endswith(".yaml") for each in rendered.documents(text)]
    for document in found:
        document["metadata"].pop("annotations", None)
    wanted = plain(estate)
    for document in wanted:
        document["metadata"].pop("annotations", None)
    assert rendered.by_name(found) == rendered.by_name(wanted)


def _mounted(document: Json) -> list[tuple[Any, ...]]:
    parameters = document["spec"]["parameters"]
    mount = azure_mount.parse(parameters, where=Where(kind="SecretProviderClass", name="any"))
    vault = parameters["keyvaultName"]
    return [(vault, each.name, str(each.kind), each.version, each.path) for each in mount.objects]


def _kept(site: Site, document: Json) -> list[tuple[Any, ...]]:
    spec = external_secret.parse(document)
    assert (spec.target.name, spec.refresh_interval) == (site.secret_name, site.refresh_interval)
    vaults = {site.name if vault == site.vault else f"{site.name}.{vault.lower()}": vault for vault in site.vaults}
    found = []
    for item, entry in zip(spec.data, document["spec"]["data"], strict=True):
        store = entry.get("sourceRef", {}).get("storeRef", document["spec"]["secretStoreRef"])["name"]
        kind, name = KINDS[item.remote.object.type], item.remote.object.name
        found.append((vaults[store], name, kind, item.remote.version, item.secret_key))
    return found


def _wanted(site: Site, delivery: Delivery) -> list[tuple[Any, ...]]:
    return [(each.vault, each.name, f"{each.type}s", each.version, each.alias) for each in site.delivered(delivery)]
