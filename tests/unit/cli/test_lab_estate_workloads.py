import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from keyferry.cli.lab_estate_workloads import PROGRAM, Thing, deployments, expected, label, printed
from keyferry.kube import yaml_documents
from keyferry.provision.manifests import render
from keyferry.provision.manifests.state import Form
from keyferry.provision.outputs import MadeIdentity, Outputs
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import Consumption, Delivery, Site
from tests.fakes.estates import TENANT, secret, site, small

FILE = secret("db")
ENV = secret("api", consume=Consumption.ENV, delivery=Delivery.SECRET)
REFERENCE = secret("tls", consume=Consumption.SECRET_REF, delivery=Delivery.SECRET)
FILE_OF_SECRET = secret("old", delivery=Delivery.SECRET)


def patches(estate: Estate) -> list[Any]:
    made = MadeIdentity(client_id=TENANT, principal_id=TENANT, tenant_id=TENANT)
    identities = {identity.name: made for identity in estate.identities}
    outputs = Outputs(issuer="", identities=identities, vault_urls={"shops-kv": "https://shops-kv.vault.azure.net"})
    files = render.render(estate, outputs, Form.PLAIN).files
    found = (yaml_documents.documents(content) for path, content in files.items() if "/patches/" in path)
    return [document for documents in found for document in documents]


@pytest.mark.parametrize(
    ("given", "things"),
    [
        pytest.param(site(secrets=()), [], id="nothing"),
        pytest.param(site(secrets=(FILE,)), ["file DB"], id="a-file"),
        pytest.param(site(secrets=(ENV,)), ["key API", "variable API"], id="a-variable"),
        pytest.param(site(secrets=(REFERENCE,)), ["key TLS"], id="a-reference"),
        pytest.param(site(secrets=(FILE_OF_SECRET,)), ["file OLD", "key OLD"], id="a-file-of-a-secret"),
    ],
)
def test_expects_what_each_way_brings(given: Site, things: list[str]) -> None:
    assert [str(thing) for thing in sorted(expected(given))] == things


def test_a_workload_is_the_patch_over_a_bare_deployment() -> None:
    (deployment,) = deployments(patches(small(site(secrets=(FILE, ENV)))))
    template = deployment["spec"]["template"]
    (container,) = template["spec"]["containers"]
    assert deployment["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
    assert template["metadata"]["labels"]["azure.workload.identity/use"] == "true"
    assert template["spec"]["serviceAccountName"] == "site-a"
    assert container["command"][-3:] == ["/mnt/secrets", "--", "API"]
    assert container["image"], "what the patch does not say stays"


def test_sites_of_one_workload_share_it() -> None:
    one = site("a", namespace="shop", workload="web", secrets=(FILE, REFERENCE))
    two = site("b", namespace="shop", workload="web", secrets=(ENV, REFERENCE), service_account="two")
    (deployment,) = deployments(patches(small(one, two)))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["command"][-3:] == ["/mnt/secrets", "--", "API"]
    assert len(container["envFrom"]) == 1, "which a patch replaces"


def test_tells_what_a_pod_printed() -> None:
    lines = ["file DB: 3 bytes, digest 000000000000", "noise", "file DB: 4 bytes, digest 111111111111"]
    assert printed(lines) == {Thing(kind="file", name="DB"): "4 bytes, digest 111111111111"}


def test_the_program_prints_no_value(tmp_path: Path) -> None:
    version = tmp_path / "..2026"
    version.mkdir()
    (version / "DB").write_text("very-secret")
    (tmp_path / "..data").symlink_to(version.name)
    (tmp_path / "DB").symlink_to("..data/DB")
    command = [sys.executable, "-u", "-c", PROGRAM, str(tmp_path), "--", "API", "ABSENT"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"API": "also-secret"}) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().rstrip() for _ in range(2)]
        process.kill()
    assert [str(thing) for thing in printed(lines)] == ["variable API", "file DB"]
    assert "secret" not in "".join(lines)


@pytest.mark.parametrize(
    ("workload", "expected_label"),
    [pytest.param("web", "web", id="short"), pytest.param(f"{'x' * 62}.web", "x" * 62, id="a-label-is-shorter")],
)
def test_labels_are_short(workload: str, expected_label: str) -> None:
    assert label(workload) == expected_label
