"""keyferry.provision.intake"""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from keyferry.provision import intake
from keyferry.provision.intake_lines import InvalidFiles
from tests.fakes.estate_documents import document

EXAMPLES = Path(__file__).parents[3] / "examples"


def read(
    path: Path, sites: str | None = None, variable: str | None = None, stdin: str = "", environ: Mapping[str, str] = {}
) -> intake.Loaded:
    return intake.read(path, sites=sites, sites_variable=variable, stdin=io.BytesIO(stdin.encode()), environ=environ)


def refused(path: Path, sites: str | None = None, variable: str | None = None, stdin: str = "") -> list[str]:
    with pytest.raises(InvalidFiles) as caught:
        read(path, sites, variable, stdin)
    return [line.removeprefix(f"{path.parent}/") for line in caught.value.lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The estate's file, in a folder of its own."""
    (tmp_path / "keyferry.yaml").write_text(yaml.safe_dump(document()))
    return tmp_path / "keyferry.yaml"


@pytest.mark.parametrize(
    ("name", "sites"),
    [
        pytest.param("estate.yaml", ["site-a", "site-b", "site-c"], id="three-sites"),
        pytest.param("estate-new.yaml", ["oven", "till"], id="new"),
        pytest.param(
            "estate-shared.yaml", ["archive-reader", "archive-writer", "binder", "editor", "printer"], id="shared"
        ),
    ],
)
def test_loads_the_examples(name: str, sites: list[str]) -> None:
    loaded = read(EXAMPLES / name)
    assert [site.name for site in loaded.estate.sites] == sites


def test_load_is_the_estate_alone(path: Path) -> None:
    estate = intake.load(path, sites=None, sites_variable=None, stdin=io.BytesIO(), environ={})
    assert estate == read(path).estate


def test_sites_come_from_everywhere(path: Path) -> None:
    more = path.parent / "more"
    more.mkdir()
    (more / "b.json").write_text('[{"name": "b"}]')
    (more / "a.yaml").write_text("name: a\n---\nsites:\n- name: a2\n")
    path.write_text(yaml.safe_dump(document(siteFiles=["more/*", "more/a.yaml"])))
    (path.parent / "file.yaml").write_text("name: file")
    loaded = read(
        path, sites="-", variable="SITES", stdin='{"sites": [{"name": "in"}]}', environ={"SITES": "name: var"}
    )
    assert [site.name for site in loaded.estate.sites] == ["a", "a2", "b", "in", "var", "web"]
    assert [site.name for site in read(path, sites=str(path.parent / "file.yaml")).estate.sites][-2] == "file"


def test_an_estate_may_be_json(path: Path) -> None:
    path.write_text(json.dumps(document()))
    assert [site.name for site in read(path).estate.sites] == ["web"]


def test_warnings_have_their_lines(path: Path) -> None:
    path.write_text(yaml.safe_dump(document(sites=[{"name": "web"}])))
    (line,) = read(
        path, sites="-", stdin='{"name": "b", "secrets": [{"name": "x"}],\n "serviceAccount": "default"}'
    ).warnings[1:]
    assert line.startswith("-:2: serviceAccount: is what every pod of the namespace runs as")


WRONG = """\
apiVersion: keyferry.io/v1alpha1
kind: Estate
metadata: {name: shop}
spec:
  azure:
    tenantId: 99999999-9999-4999-8999-999999999999
    subscriptionId: 00000000-0000-4000-8000-000000000001
    location: westeurope
    resourceGroup: {name: rg}
  cluster: {aks: {name: aks, create: {}}}
  siteFiles:
    - more/*.yaml
    - none/*.yaml
    - 3
    - ""
  vaults:
    - name: kv-a
      skuu: premium
"""


def test_everything_wrong_is_told_at_once_with_file_and_line(path: Path) -> None:
    more = path.parent / "more"
    more.mkdir()
    (more / "a.yaml").write_text("- name: A\n-\n  name: b\n  vault: kv-b\n")
    (more / "b.yaml").write_text("a: [")
    path.write_text(WRONG)
    wrong = refused(path, sites="-", variable="GONE", stdin="- nam: x")
    assert [line.partition(" (")[0].partition(", ")[0] for line in wrong] == [
        "keyferry.yaml:13: spec.siteFiles[1]: means no file",
        "keyferry.yaml:14: spec.siteFiles[2]: must be text",
        "keyferry.yaml:15: spec.siteFiles[3]: is empty",
        "keyferry.yaml:18: spec.vaults[0].skuu: is not a field of this API",
        "more/a.yaml:1: [0].name: has capital letters",
        'more/a.yaml:4: [1].vault: "kv-b" is not among spec.vaults',
        "-:1: [0].nam: is not a field of this API",
        "-:1: [0].name: is missing",
        "more/b.yaml:2: is neither YAML nor JSON: did not find expected node content",
        "$GONE: is not set in the environment",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a: [", "keyferry.yaml:2: is neither YAML nor JSON: did not find expected node content", id="no-yaml"
        ),
        pytest.param("a: 1\n---\nb: 1", "keyferry.yaml: has 2 documents, where an estate is one", id="two"),
        pytest.param("spec: 1", "keyferry.yaml:1: spec: must be a mapping, and is a number", id="no-spec"),
        pytest.param(
            "spec: {siteFiles: x}", "keyferry.yaml:1: spec.siteFiles: must be a list, and is text", id="no-globs"
        ),
    ],
)
def test_says_what_is_wrong_with_the_estates_own_file(path: Path, text: str, expected: str) -> None:
    path.write_text(text)
    assert expected in [line.partition(" (")[0] for line in refused(path)]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (line,) = refused(tmp_path / "keyferry.yaml")
    assert line == "keyferry.yaml: cannot be read: No such file or directory (correct the path)"


def test_what_cannot_be_read_is_told_though_the_rest_is_fine(path: Path) -> None:
    (line,) = refused(path, sites=str(path.parent / "gone.yaml"))
    assert line.startswith("gone.yaml: cannot be read")
