"""What `keyferry lab --estate` refuses before it starts, and what it tells of an estate that it makes."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from keyferry.cli import examples, lab_estate, lab_serving
from keyferry.cli.lab_estate_world import of
from keyferry.cli.lab_serving import Parts
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.ingress import Way
from keyferry.provision import outputs
from keyferry.spec.estate.estate import Estate, Events, Network, PrivateEndpoint
from tests.fakes import command_line
from tests.fakes.estates import site, small, vault, wide
from tests.fakes.running_lab import running_session


def test_reads_the_example_with_more_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORE", '[{"name": "site-d", "vault": "site-a-kv"}]')
    world = lab_estate.read(examples.find("estate.yaml"), sites_variable="MORE")
    assert [site.name for site in world.estate.sites] == ["site-a", "site-b", "site-c", "site-d"]


def test_opens_a_lab_of_the_world(folder: Path) -> None:
    world = of(small())
    lab = lab_estate.open_lab(world, folder, nodes=2)
    assert lab.issuer == small().cluster.issuer  # type: ignore[union-attr]  # it is an issuer's
    assert len(lab.kubelets) == 2


@pytest.mark.parametrize(
    ("estate", "parts"),
    [
        pytest.param(small(), lab_serving.ALL, id="all-where-it-does-not-say"),
        pytest.param(wide(), Parts(node=False), id="what-it-installs"),
    ],
)
def test_runs_what_the_estate_installs(estate: Estate, parts: Parts) -> None:
    assert lab_estate.parts(of(estate)) == parts


def test_events_reach_the_operator_by_an_ingress(folder: Path) -> None:
    events = Events(endpoint="https://events.example.org/events", application="api://events")
    world = of(small(events=events), events_port=4321)
    flags = ("--events-addr", "127.0.0.1:4321", "--events-audience", "api://events")
    assert lab_estate.parts(world) == Parts(flags=flags)
    assert lab_estate.open_lab(world, folder).options.ways == (Way(url=events.endpoint, port=4321),)


def test_an_estate_that_is_wrong_stops_it_before_it_starts(tmp_path: Path) -> None:
    path = tmp_path / "keyferry.yaml"
    path.write_text(examples.find("estate.yaml").read_text().replace("name: site-b,", "name: Site_B,"))
    ended = command_line.run("lab", "--estate", str(path), "--dir", str(tmp_path / "lab"))
    assert ended.code == 2
    assert "spec.sites[1].name" in ended.errors
    assert not (tmp_path / "lab").exists()


def test_a_seed_beside_an_estate(tmp_path: Path) -> None:
    estate = str(examples.find("estate.yaml"))
    ended = command_line.run("lab", "--estate", estate, "--seed", "lab.yaml", "--dir", str(tmp_path / "lab"))
    assert ended.code == 2
    assert "--seed and --estate contradict each other" in ended.errors


async def told(estate: Estate, patience: timedelta | None = None) -> str:
    """What is told of an estate that is made in a lab without keyferry."""
    world = of(estate)
    page = io.StringIO()
    with pytest.MonkeyPatch.context() as environment:
        async with running_session(environment, parse(world.seed)) as session:
            await session.install()
            await lab_estate.Telling(world, Console(file=page, width=1000), patience).begin(session)
            answered = outputs.parse((session.lab.folder / "outputs.json").read_bytes())
            assert answered.identities.keys() == {identity.name for identity in estate.identities}
    return page.getvalue()


async def test_tells_what_it_made_and_what_not() -> None:
    closed = Network(is_open=False, ip_rules=(), subnet_ids=("/subscriptions/s/subnets/n",))
    endpoint = PrivateEndpoint(subnet_id="/s", network_id="/n", dns_zone_id="")
    page = await told(small(vaults=(vault(network=closed, private_endpoint=endpoint),)))
    assert "note vault shops-kv is closed, and lets in 127.0.0.1" in page
    assert "✓ Azure · 8 resources made, 0 there already" in page
    assert "left out the private endpoint of vault shops-kv" in page
    assert "✓ vaults · 1 objects, with values made up here" in page


async def test_tells_what_has_not_arrived_and_why() -> None:
    page = await told(small(site("a")), timedelta())
    assert "a · ServiceAccount a/a" in page
    assert "✗ file DB has not arrived" in page
