"""The three forms of an estate's manifests bring about the same objects, by the real kustomize and the real Helm."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.provision import shipped
from keyferry.provision.manifests import helm as values
from keyferry.provision.manifests.state import Form
from tests.contract.provision import rendered
from tests.contract.provision.rendered import ESTATE, PATCHES, PLAIN, Json, Objects
from tests.fakes import estates

helm = pytest.importorskip("helm_python", reason="Helm's engine has wheels for Linux and macOS alone")

KUBECTL = shutil.which("kubectl") or str(Path(sys.executable).with_name("kubectl"))
KEEP = {"helm.sh/resource-policy": "keep"}
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: whole, annotations: {mine: stays}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "registry.example/web:1", env: [{name: PORT, value: "80"}]}
        - {name: sidecar, image: "registry.example/sidecar:1"}
"""


def plain() -> Objects:
    return rendered.by_name(rendered.below(PLAIN, rendered.files(Form.PLAIN)))


def built(folder: Path) -> list[Json]:
    done = subprocess.run([KUBECTL, "kustomize", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return rendered.documents(done.stdout)


def test_all_overlays_are_the_plain_objects(tmp_path: Path) -> None:
    rendered.write(rendered.files(Form.KUSTOMIZE), tmp_path)
    assert rendered.by_name(built(tmp_path / "manifests/kustomize")) == plain()


@pytest.mark.parametrize("site", [site.name for site in ESTATE.sites])
def test_each_overlay_is_the_plain_file_of_its_site(site: str, tmp_path: Path) -> None:
    rendered.write(rendered.files(Form.KUSTOMIZE), tmp_path)
    overlay = built(tmp_path / "manifests/kustomize/overlays" / site)
    (expected,) = [text for path, text in rendered.files(Form.PLAIN).items() if path == f"{PLAIN}{site}.yaml"]
    assert rendered.by_name(overlay) == rendered.by_name(rendered.documents(expected))


def test_a_component_patches_the_deployment_that_somebody_has(tmp_path: Path) -> None:
    rendered.write(rendered.files(Form.KUSTOMIZE), tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    (own / "deployment.yaml").write_text(DEPLOYMENT)
    component = "../manifests/kustomize/components/whole"
    (own / "kustomization.yaml").write_text(f"resources: [deployment.yaml]\ncomponents: [{component}]\n")
    (found,) = built(own)
    assert found["metadata"]["annotations"]["mine"] == "stays"
    template = found["spec"]["template"]
    assert template["metadata"]["labels"] == {"app": "web", "azure.workload.identity/use": "true"}
    containers = {each["name"]: each for each in template["spec"]["containers"]}
    assert {variable["name"] for variable in containers["web"]["env"]} == {"PORT", "DB_PASSWORD"}
    assert containers["web"]["image"] == "registry.example/web:1"
    assert "volumeMounts" not in containers["sidecar"]


def test_the_chart_makes_the_plain_objects() -> None:
    found = rendered.by_name(charted(rendered.files(Form.HELM)["manifests/helm/values.yaml"]))
    for name in found:
        if name[0] == "Namespace":
            assert found[name]["metadata"].pop("annotations") == KEEP
    assert found == plain()


@pytest.mark.parametrize("sites", [0, 50])
def test_the_chart_takes_as_many_sites_as_there_are(sites: int) -> None:
    estate = estates.wide(sites)
    found = rendered.by_name(charted(rendered.files(Form.HELM, estate)["manifests/helm/values.yaml"]))
    assert len(found) == len(rendered.below(PLAIN, rendered.files(Form.PLAIN, estate)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"clientId": "reader"}, "clientId", id="no-guid"),
        pytest.param({"namespace": "Apps"}, "namespace", id="upper-case"),
        pytest.param({"cloud": "GermanCloud"}, "cloud", id="no-cloud"),
        pytest.param({"createNamspace": True}, "createNamspace", id="misspelt"),
        pytest.param({"classes": [{"name": "a", "keyvaultName": "kv"}]}, "keyvaultName", id="a-class"),
    ],
)
def test_the_chart_refuses_wrong_values(change: Json, said: str) -> None:
    given = yaml.safe_load(rendered.files(Form.HELM)["manifests/helm/values.yaml"])
    given["sites"]["files"] |= change
    with pytest.raises(helm.HelmError, match=said):
        chart().render(given, name="sites", namespace="default")


def test_the_chart_passes_helms_own_lint() -> None:
    report = helm.lint(shipped.find(values.CHART), strict=True)
    assert not report["errors"]


@pytest.mark.parametrize("form", [Form.PLAIN, Form.HELM])
def test_every_site_has_an_example(form: Form) -> None:
    patches = rendered.below(PATCHES, rendered.files(form))
    assert [each["metadata"]["name"] for each in patches] == [site.workload for site in ESTATE.sites]


def chart() -> Any:
    return helm.Chart.load(shipped.find(values.CHART))


def charted(text: bytes) -> list[Json]:
    made = chart().render(yaml.safe_load(text), name="sites", namespace="default")
    return [each for path, found in made.items() if path.endswith(".yaml") for each in rendered.documents(found)]
