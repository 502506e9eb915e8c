"""keyferry.spec.estate.platform_parts"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keyferry.spec.estate import platform_parts
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.estate import Backend, Events, Install, Monitoring, NewIdentity
from keyferry.spec.estate.origins import Origin
from tests.fakes.estate_documents import TENANT, WORKSPACE, estate, problems, told

TOO_MANY = (
    "spec.monitoring: would have alerts on all but 4,616 identities and people, more than a query of Azure's takes "
    "(part the estate, let sites share identities, or leave it out)"
)
IMAGE = {"image": "r.example/keyferry"}
DIGEST = f"sha256:{'0' * 64}"


def test_what_is_left_out_is_none() -> None:
    found = estate(terraform={})
    assert (found.install, found.events, found.monitoring, found.backend) == (None, None, None, None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            {"image": "r.example/keyferry"},
            Install(
                namespace="keyferry",
                chart="./helm/keyferry",
                chart_version="",
                image="r.example/keyferry",
                digest="",
                has_operator=True,
                has_webhook=True,
                has_node=True,
            ),
            id="defaults",
        ),
        pytest.param(
            {
                "namespace": "kf",
                "chart": "oci://r.example/keyferry",
                "chartVersion": "1.0.0",
                "image": "r.example/keyferry",
                "digest": DIGEST,
                "components": ["operator"],
            },
            Install(
                namespace="kf",
                chart="oci://r.example/keyferry",
                chart_version="1.0.0",
                image="r.example/keyferry",
                digest=DIGEST,
                has_operator=True,
                has_webhook=False,
                has_node=False,
            ),
            id="everything",
        ),
    ],
)
def test_install(written: dict[str, Any], expected: Install) -> None:
    assert estate(install=written).install == expected


def test_events() -> None:
    found = estate(events={"endpoint": "https://e.example/events", "application": "api://keyferry"}).events
    assert found == Events(endpoint="https://e.example/events", application="api://keyferry")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            {},
            Monitoring(
                workspace_id="",
                retention_days=30,
                emails=(),
                forbidden_per_window=5,
                throttled_per_window=50,
                window=timedelta(minutes=15),
            ),
            id="defaults",
        ),
        pytest.param(
            {
                "workspaceId": WORKSPACE,
                "retentionDays": 90,
                "emails": ["a@example.com"],
                "forbiddenPerWindow": 0,
                "throttledPerWindow": 1,
                "window": "1h",
                "knownPrincipals": [TENANT],
            },
            Monitoring(
                workspace_id=WORKSPACE,
                retention_days=90,
                emails=("a@example.com",),
                forbidden_per_window=0,
                throttled_per_window=1,
                window=timedelta(hours=1),
                known_principals=(TENANT,),
            ),
            id="everything",
        ),
    ],
)
def test_monitoring(written: dict[str, Any], expected: Monitoring) -> None:
    assert estate(monitoring=written).monitoring == expected


@pytest.mark.parametrize(
    ("written", "identities", "expected"),
    [
        pytest.param(None, 5000, [], id="nobody-is-told"),
        pytest.param({}, 4615, [], id="as-many-as-fit"),
        pytest.param({"knownPrincipals": [TENANT]}, 4615, [TOO_MANY], id="and-one-more"),
        pytest.param({"workspaceId": WORKSPACE}, 4615, [TOO_MANY.replace("4,616", "4,615")], id="and-a-vault"),
    ],
)
def test_alerts_know_some_thousands(written: dict[str, Any] | None, identities: int, expected: list[str]) -> None:
    whole = estate(monitoring=written)
    many = replace(whole, identities=tuple(NewIdentity(name=f"i-{number}") for number in range(identities)))
    notes = Notes()
    platform_parts.check_alerts(many, Draft(content={}, origin=Origin(), path="spec"), notes)
    assert told(notes.found) == expected


def test_alerts_are_counted_when_an_estate_is_read() -> None:
    ids = [f"99999999-9999-4999-8999-{number:012}" for number in range(4615)]
    assert problems(monitoring={"knownPrincipals": ids}) == [TOO_MANY]


def test_backend() -> None:
    settings = {"container_name": "states", "use_azuread_auth": "true"}
    found = estate(terraform={"backend": {"type": "azurerm", "settings": settings}}).backend
    assert found == Backend(type="azurerm", settings=settings)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            {"install": IMAGE | {"chart": "oci://r.example/keyferry"}},
            [
                "spec.install.chartVersion: is missing, which a chart in a registry needs (write its exact version)",
            ],
            id="unpinned-chart",
        ),
        pytest.param(
            {"install": IMAGE | {"chartVersion": "1.0.0"}},
            ["spec.install.chartVersion: does not go with a chart in a folder (remove it)"],
            id="version-of-a-folder",
        ),
        pytest.param({"install": {}}, ["spec.install.image: is missing (add it)"], id="no-image"),
        pytest.param(
            {"events": {"endpoint": "https://e.example"}},
            ["spec.events.application: is missing (add it)"],
            id="no-application",
        ),
        pytest.param(
            {"monitoring": {}, "vaults": None, "sites": None},
            ["spec.monitoring: has no vault to watch (add one to spec.vaults, or remove it)"],
            id="nothing-to-watch",
        ),
        pytest.param(
            {"install": {"image": "r.example:5000/keyferry:1.0", "digest": DIGEST}},
            ["spec.install.image: has a tag beside the digest (remove the tag: the digest alone counts)"],
            id="tag-and-digest",
        ),
        pytest.param({"install": {"image": "r.example:5000/keyferry", "digest": DIGEST}}, [], id="a-port-is-no-tag"),
        pytest.param(
            {"install": IMAGE | {"components": ["node", "node"]}},
            ["spec.install.components: names one of them twice (name each once)"],
            id="component-twice",
        ),
        pytest.param(
            {"install": IMAGE | {"components": []}},
            ["spec.install.components: needs at least 1 entry (add one, or remove the list)"],
            id="no-component",
        ),
        pytest.param(
            {"events": {"application": "api://a"}}, ["spec.events.endpoint: is missing (add it)"], id="no-endpoint"
        ),
        pytest.param(
            {"monitoring": {"window": "1m"}},
            ["spec.monitoring.window: is no window that Azure has (write 5m, 10m, 15m, 30m, 45m, 1h to 6h, or 24h)"],
            id="short-window",
        ),
        pytest.param(
            {"monitoring": {"retentionDays": 1}},
            ["spec.monitoring.retentionDays: must be at least 30 and at most 730 (change the number)"],
            id="short-retention",
        ),
        pytest.param(
            {"terraform": {"backend": {"settings": {}}}},
            ["spec.terraform.backend.type: is missing (add it)"],
            id="type",
        ),
        pytest.param(
            {"terraform": {"backend": {"type": "azurerm", "settings": {"access_key": "hunter2"}}}},
            [
                (
                    "spec.terraform.backend.settings[access_key]: is a credential, and none may stand in a file "
                    "(remove it, also from the file's history; let the backend use your login or environment variables)"
                )
            ],
            id="credential",
        ),
        pytest.param(
            {"terraform": {"backend": {"type": "azurerm", "settings": {"use_azuread_auth": True}}}},
            [
                (
                    "spec.terraform.backend.settings[use_azuread_auth]: must be text, and is true or false "
                    "(put it in quotes)"
                )
            ],
            id="setting-without-quotes",
        ),
    ],
)
def test_problems(spec: dict[str, Any], expected: list[str]) -> None:
    assert problems(**spec) == expected
