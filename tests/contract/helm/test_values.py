"""What people may set: every value is known to the schema, and what is wrong is refused with a line that says so."""

import gzip
import json
import tomllib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.advice.judge import RULES
from keyferry.spec import crd
from tests.contract.helm import rendering, variants
from tests.contract.helm.rendering import CHART, container, helm, objects, of_kind, texts

ROOT = Path(__file__).parents[3]
RELEASE_BYTES = 1024 * 1024  # the most that a Secret holds, and a release is one
WARNING = 2

Json = dict[str, Any]


def azure(**values: Any) -> Json:
    return {**variants.AZURE, **values}


def test_the_linter_finds_nothing() -> None:
    report = helm.lint(CHART, azure(), strict=True, namespace=rendering.NAMESPACE)
    assert report["errors"] == []
    assert [one for one in report["messages"] if one["severity"] >= WARNING] == []


def test_chart_and_package_have_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    metadata = rendering.chart().metadata
    assert {metadata["version"], metadata["appVersion"]} == {project["version"]}


def test_the_schema_knows_every_value_and_no_other() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert set(known(schema, schema)) - {"global", "enabled"} == set(leaves(values))


def known(schema: Json, part: Json, path: str = "") -> Iterator[str]:
    """Yield the path of each value that the schema allows."""
    part = schema["definitions"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    properties = {} if path.endswith(("resources", "issuerRef")) else part.get("properties", {})
    if not properties:
        yield path
    else:
        assert part["additionalProperties"] is False, path
    for name, each in properties.items():
        yield from known(schema, each, f"{path}.{name}".lstrip("."))


def leaves(values: Json, path: str = "") -> Iterator[str]:
    """Yield the path of each value of values.yaml."""
    for name, value in values.items():
        place = f"{path}.{name}".lstrip(".")
        if isinstance(value, dict) and value and name not in {"resources", "nodeSelector"}:
            yield from leaves(value, place)
        else:
            yield place


def test_every_value_is_read() -> None:
    templates = "".join(path.read_text() for path in (CHART / "templates").rglob("*") if path.is_file())
    words = {path.rpartition(".")[2] for path in leaves(yaml.safe_load((CHART / "values.yaml").read_text()))}
    assert {word for word in words if f".{word}" not in templates} == set()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({"operatr": {}}, ("'operatr' not allowed",), id="misspelt"),
        pytest.param({"operator": {"replica": 2}}, ("/operator", "'replica' not allowed"), id="misspelt-within"),
        pytest.param({"operator": {"replicas": "2"}}, ("/operator/replicas", "string"), id="text-for-a-number"),
        pytest.param({"operator": {"shards": 65}}, ("/operator/shards", "64"), id="too-many-shards"),
        pytest.param({"image": {"digest": "latest"}}, ("/image/digest", "sha256"), id="no-digest"),
        pytest.param({"azure": {"cloud": "AzurePublicCloud"}}, ("/azure/cloud", "PublicCloud"), id="no-cloud"),
        pytest.param({"logs": {"level": "verbose"}}, ("/logs/level", "warning"), id="no-level"),
        pytest.param({"node": {"kubeletDir": "/var/lib/kubelet/"}}, ("/node/kubeletDir",), id="a-slash-too-many"),
        pytest.param({"node": {"rotation": {"interval": "2 minutes"}}}, ("/node/rotation/interval",), id="no-duration"),
        pytest.param({"webhook": {"certificate": {"source": "vault"}}}, ("certManager",), id="no-source"),
        pytest.param({"operator": {"extraArgs": ["-v"]}}, ("/operator/extraArgs",), id="no-flag"),
        pytest.param(
            {"operator": {"ownIdentity": {"clientId": "orders"}}}, ("/operator/ownIdentity/clientId",), id="no-guid"
        ),
    ],
)
def test_the_schema_refuses(values: Mapping[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(helm.HelmValuesError) as refused:
        objects({**variants.AZURE, **values})
    assert [word for word in words if word not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({}, ("azure.tenantId", "webhook.inject"), id="no-tenant"),
        pytest.param(
            azure(webhook={"inject": False, "validate": False, "advise": False}),
            ("webhook.enabled",),
            id="idle-webhook",
        ),
        pytest.param(azure(webhook={"hostNetwork": True}), ("webhook.port", "kubelet"), id="kubelets-port"),
        pytest.param(
            azure(webhook={"podLabels": {"azure.workload.identity/use": "true"}}),
            ("wait for itself",),
            id="its-own-pods",
        ),
        pytest.param(
            azure(operator={"events": {"enabled": True}}), ("operator.events.audience",), id="events-of-nobody"
        ),
        pytest.param(
            azure(webhook={"certificate": {"source": "secret"}}), ("webhook.certificate.secretName",), id="none"
        ),
        pytest.param(azure(node={"namespace": rendering.NAMESPACE}), ("node.createNamespace",), id="the-releases-own"),
    ],
)
def test_what_does_not_go_together_is_refused(values: Mapping[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(helm.HelmRenderError) as refused:
        objects(values)
    assert [word for word in words if word not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param({}, "ghcr.io/example/keyferry:0.1.0", id="the-charts-version"),
        pytest.param({"tag": "1.2"}, "ghcr.io/example/keyferry:1.2", id="a-tag"),
        pytest.param({"digest": variants.DIGEST}, f"ghcr.io/example/keyferry@{variants.DIGEST}", id="a-digest"),
        pytest.param(
            {"digest": variants.DIGEST, "tag": "1.2"}, f"ghcr.io/example/keyferry:1.2@{variants.DIGEST}", id="both"
        ),
    ],
)
def test_a_digest_wins_over_a_tag(image: Mapping[str, Any], expected: str) -> None:
    documents = objects(azure(image=image))
    assert {container(documents, component)["image"] for component in ("operator", "webhook", "node")} == {expected}


@pytest.mark.parametrize("keep", [True, False])
def test_definitions_are_those_of_the_product_and_stay_unless_told(keep: bool) -> None:
    annotations = {"annotations": {"helm.sh/resource-policy": "keep"}} if keep else {}
    wanted = {one["metadata"]["name"]: one for one in crd.definitions()}
    found = of_kind(objects(azure(crds={"keep": keep})), "CustomResourceDefinition")
    assert len(found) == len(wanted)
    for definition in found:
        same = wanted[definition["metadata"]["name"]]
        assert definition == {**same, "metadata": {**same["metadata"], **annotations}}


@pytest.mark.parametrize(
    ("kinds", "group"),
    [("externalSecrets", "secrets-store.csi.x-k8s.io"), ("secretsStore", "external-secrets.io")],
)
def test_definitions_that_others_installed_are_left_to_them(kinds: str, group: str) -> None:
    found = of_kind(objects(azure(crds={kinds: False})), "CustomResourceDefinition")
    assert {definition["spec"]["group"].removeprefix("generators.") for definition in found} == {group}


def test_a_packed_chart_is_the_same(tmp_path: Path) -> None:
    archive = Path(rendering.chart().save(tmp_path))
    with helm.Chart.load_archive(archive.read_bytes()) as packed:
        rendered = packed.render(azure(), name=rendering.RELEASE, namespace=rendering.NAMESPACE)
    assert {path.partition("/templates/")[2]: text for path, text in rendered.items()} == texts()


def test_a_release_fits_into_a_secret() -> None:
    """Helm keeps chart, values and manifest in one, packed: https://helm.sh/docs/topics/advanced/#storage-backends"""
    files = [path.read_text() for path in CHART.rglob("*") if path.is_file()]
    content = json.dumps([*files, *texts(variants.EVERYTHING).values()]).encode()
    assert len(b64encode(b64encode(gzip.compress(content)))) < RELEASE_BYTES / 2


def test_a_proxy_leads_to_azure_and_not_to_the_api_server() -> None:
    env = {one["name"]: one.get("value") for one in container(objects(variants.EVERYTHING), "operator")["env"]}
    assert env["HTTPS_PROXY"] == "http://proxy:3128"
    assert env["NO_PROXY"].split(",") == [
        "$(KUBERNETES_SERVICE_HOST)",
        ".svc",
        ".cluster.local",
        "169.254.169.254",
        "10.0.0.0/8",
    ]
    assert env["SSL_CERT_FILE"] == "/etc/keyferry/trust/all.pem"


def test_pods_do_not_roll_for_a_new_chart_of_the_same_image() -> None:
    for _, template in rendering.pods(objects()):
        assert "helm.sh/chart" not in template["metadata"]["labels"]


def test_the_notes_warn_of_definitions_that_go() -> None:
    assert "keeps the CustomResourceDefinitions" in texts()["NOTES.txt"]
    assert "WARNING" not in texts()["NOTES.txt"]
    assert "WARNING: crds.keep is false" in texts(azure(crds={"keep": False}))["NOTES.txt"]


def test_rules_that_are_enforced_exist() -> None:
    """The values of these tests are those that a webhook would start with."""
    assert set(variants.EVERYTHING["webhook"]["enforce"]) <= RULES.keys()
