"""keyferry.cli.advise_estates"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.cli import advise_estates
from keyferry.cli.manifest_files import File
from keyferry.model.errors import SpecError

EXAMPLE = Path(__file__).parents[3] / "examples" / "estate.yaml"


def document(path: Path = EXAMPLE) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(path.read_text())
    return found


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param({"apiVersion": "keyferry.io/v1alpha1", "kind": "Estate"}, True, id="an-estate"),
        pytest.param({"apiVersion": "other.io/v1", "kind": "Estate"}, False, id="anothers"),
        pytest.param({"kind": "Deployment"}, False, id="a-manifest"),
    ],
)
def test_knows_an_estate(found: dict[str, Any], expected: bool) -> None:
    assert advise_estates.is_estate(found) is expected


@pytest.mark.parametrize("name", [str(EXAMPLE), "-"])
def test_tells_what_was_chosen(name: str) -> None:
    chosen = list(advise_estates.of(File(name=name), document()))
    assert [(each.file, each.site, each.secret.name) for each in chosen] == [
        (name, "site-a", "db-connection"),
        (name, "site-b", "db-connection"),
        (name, "site-c", "db-connection"),
    ]
    assert all(each.secret.reason for each in chosen)


def test_sites_of_other_files_count(tmp_path: Path) -> None:
    estate = dict(document())
    estate["spec"] = estate["spec"] | {"siteFiles": ["sites/*.yaml"]}
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/d.yaml").write_text("{name: site-d, vault: site-a-kv}")
    file = tmp_path / "keyferry.yaml"
    file.write_text(yaml.safe_dump(estate))
    assert "site-d" in {each.site for each in advise_estates.of(File(name=str(file)), estate)}


def test_a_wrong_estate_is_told(tmp_path: Path) -> None:
    file = tmp_path / "keyferry.yaml"
    file.write_text("apiVersion: keyferry.io/v1alpha1\nkind: Estate\n")
    with pytest.raises(SpecError):
        list(advise_estates.of(File(name=str(file)), {}))
