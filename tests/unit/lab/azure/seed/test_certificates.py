from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.lab.azure import pem_files
from keyferry.lab.azure.seed import certificates
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.seed.vault_objects import CertificateSeed
from tests.fakes.vault_files import PEM, pem_file


def _parse(document: dict[str, Any], *taken: str) -> tuple[CertificateSeed, ...]:
    return certificates.parse(Fields(document, "vaults[0].certificates"), frozenset(taken))


@pytest.mark.parametrize(
    ("document", "seed"),
    [
        pytest.param({}, CertificateSeed(name="c", subject="CN=c"), id="by-default"),
        pytest.param(
            {
                "kind": "RSA-2048",
                "subject": "CN=a, O=b",
                "dnsNames": ["a.example"],
                "validityMonths": 3,
                "renewPercent": 80,
                "issued": "2026-01-01T00:00:00Z",
                "contentType": PEM,
                "exportable": False,
                "enabled": False,
                "tags": {"a": "b"},
            },
            CertificateSeed(
                name="c",
                spec="RSA-2048",
                subject="CN=a, O=b",
                dns_names=("a.example",),
                validity_months=3,
                renew_percent=80,
                issued=datetime(2026, 1, 1, tzinfo=UTC),
                content_type=PEM,
                exportable=False,
                enabled=False,
                tags=(("a", "b"),),
            ),
            id="everything",
        ),
        pytest.param(
            {"pem": pem_file().decode(), "contentType": PEM},
            CertificateSeed(name="c", brought=pem_files.read(pem_file()), content_type=PEM),
            id="pem",
        ),
    ],
)
def test_reads(document: dict[str, Any], seed: CertificateSeed) -> None:
    assert _parse({"c": document}) == (seed,)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        pytest.param({"a_b": {}}, "a_b", id="name"),
        pytest.param({"a": {}, "A": {}}, "A", id="twice"),
        pytest.param({"Taken": {}}, "Taken", id="name-of-a-secret"),
        pytest.param({"a": {"contentType": "text/plain"}}, "a.contentType", id="content-type"),
        pytest.param({"a": {"kind": "oct"}}, "a.kind", id="kind"),
        pytest.param({"a": {"subject": "a"}}, "a.subject", id="subject"),
        pytest.param({"a": {"dnsNames": ["ä.example"]}}, "a.dnsNames", id="dns-name"),
        pytest.param({"a": {"validityMonths": 0}}, "a.validityMonths", id="validity"),
        pytest.param({"a": {"pem": "x"}}, "a.pem", id="pem"),
        pytest.param({"a": {"pem": pem_file().decode(), "subject": "CN=a"}}, "a.subject", id="both"),
    ],
)
def test_names_the_path(document: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(document, "taken")
    assert refusal.value.path == f"vaults[0].certificates.{path}"
