"""keyferry.spec.estate.cautions"""

from typing import Any

import pytest

from keyferry.spec.estate import parsing
from tests.fakes.estate_documents import azure, document, warnings

CLOSED = {"network": {"ipRules": ["203.0.113.7"]}}
SECRETS = {"secrets": [{"name": "db"}]}
OBJECTS = [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "c", "as": "d", "type": "key"}]
WEB = {"name": "web"} | SECRETS


def test_nothing_is_unused_while_more_sites_may_come() -> None:
    vaults = [CLOSED | {"name": "kv-a"}, CLOSED | {"name": "kv-b"}]
    written = document(vaults=vaults, identities=[{"name": "id-a"}], sites=None)
    assert parsing.read(written, is_whole=False).warnings == ()


def test_a_good_estate_is_silent() -> None:
    assert warnings() == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            {"azure": azure(location="westeurop")},
            [
                ('spec.azure.location: is no region that this version of keyferry knows (did you mean "westeurope"?)'),
            ],
            id="near-a-region",
        ),
        pytest.param(
            {"azure": azure(location="luna")},
            [
                (
                    "spec.azure.location: is no region that this version of keyferry knows "
                    "(look into `az account list-locations`)"
                ),
            ],
            id="no-region",
        ),
        pytest.param(
            {"vaults": [{"name": "kv-a"}]},
            [
                (
                    'spec.vaults[0].network: "kv-a" is reachable from every network (add `network` with ipRules or '
                    "subnetIds, or a privateEndpoint; identity and role decide as before)"
                ),
            ],
            id="open-vault",
        ),
        pytest.param(
            {"vaults": [CLOSED | {"name": "kv-a", "purgeProtection": False}]},
            [
                (
                    "spec.vaults[0].purgeProtection: is off: whoever may purge can destroy deleted secrets at once "
                    "(remove the line)"
                ),
            ],
            id="no-purge-protection",
        ),
        pytest.param({"vaults": [{"name": "kv-a", "existing": {"resourceGroup": "g"}}]}, [], id="existing-vault"),
        pytest.param(
            {"vaults": [CLOSED | {"name": "kv-a"}, CLOSED | {"name": "kv-b"}], "sites": [WEB | {"vault": "kv-a"}]},
            ['spec.vaults[1].name: no site reads from "kv-b" (remove it, or name it in a site)'],
            id="unread-vault",
        ),
        pytest.param(
            {
                "identities": [{"name": "id-a"}, {"name": "id-b"}],
                "sites": [WEB | {"identity": "id-a"}, {"name": "b", "identity": "id-a"} | SECRETS],
            },
            [
                (
                    'spec.identities[0].name: "id-a" is shared by 2 sites: each may read what any of them may '
                    "(let each site have its own: remove `identity` from the sites)"
                ),
                'spec.identities[1].name: no site is "id-b" (remove it, or name it in a site)',
            ],
            id="identities",
        ),
        pytest.param(
            {"sites": [WEB | {"roleScope": "vault"}, {"name": "b"} | SECRETS]},
            [
                (
                    'spec.sites[0].roleScope: lets it read every secret of "kv-a", which other sites share '
                    "(write secret, or remove it)"
                ),
            ],
            id="vault-scope-on-a-shared-vault",
        ),
        pytest.param(
            {"defaults": {"roleScope": "vault"}, "sites": [WEB, {"name": "b"} | SECRETS]},
            [
                (
                    'spec.defaults.roleScope: lets it read every secret of "kv-a", which other sites share '
                    "(write secret, or remove it)"
                ),
            ],
            id="vault-scope-of-the-defaults-told-once",
        ),
        pytest.param(
            {"sites": [WEB | {"refreshInterval": "59s"}]},
            [
                (
                    "spec.sites[0].refreshInterval: is less than a minute, which every vault counts against all "
                    "who read it (write 1m or more)"
                ),
            ],
            id="short-interval",
        ),
        pytest.param(
            {"defaults": {"refreshInterval": "0"}},
            [
                "spec.defaults.refreshInterval: reads values once: no change of them ever arrives (write such as 1h)",
            ],
            id="no-interval",
        ),
        pytest.param(
            {"sites": [WEB | {"serviceAccount": "default"}]},
            [
                (
                    "spec.sites[0].serviceAccount: is what every pod of the namespace runs as that names none "
                    "(give the site a ServiceAccount of its own)"
                ),
            ],
            id="default-account",
        ),
        pytest.param(
            {"sites": [WEB, {"name": "b"}]},
            ["spec.sites[1].secrets: are none: the site gets an identity alone (add some, if any are read)"],
            id="no-secrets",
        ),
        pytest.param(
            {"sites": None, "vaults": None},
            ["spec.sites: are none (add one, or name files by siteFiles)"],
            id="no-sites",
        ),
        pytest.param(
            {"install": {"image": "r.example/keyferry:1.0"}},
            ["spec.install.image: is not pinned by a digest: a tag can be moved (add `digest` and remove the tag)"],
            id="unpinned-image",
        ),
        pytest.param(
            {"install": {"image": "r.example/keyferry", "digest": f"sha256:{'0' * 64}"}}, [], id="pinned-image"
        ),
        pytest.param(
            {"sites": [{"name": f"s{number}", "secrets": OBJECTS} for number in range(1001)]},
            [
                (
                    "spec.sites: need 4,004 role assignments, and a subscription has at most 4,000 in all "
                    "(part the estate, or give sites vaults of their own with roleScope vault)"
                ),
            ],
            id="too-many-roles",
        ),
        pytest.param({"sites": [{"name": "web", "secrets": OBJECTS}]}, [], id="few-roles"),
    ],
)
def test_warns(spec: dict[str, Any], expected: list[str]) -> None:
    assert warnings(**spec) == expected
