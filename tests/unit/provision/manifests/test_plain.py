"""keyferry.provision.manifests.plain"""

import yaml

from keyferry.provision.manifests import plain, sites
from tests.fakes import estates, placements


def test_each_site_has_a_file_to_apply_and_an_example() -> None:
    estate = estates.small()
    found, _ = sites.manifests(estate, placements.outputs(estate))
    files = plain.files(estate.name, found)
    assert list(files) == [
        "manifests/plain/site-a.yaml",
        "manifests/patches/site-a.yaml",
        "manifests/plain/site-b.yaml",
        "manifests/patches/site-b.yaml",
    ]
    for site in found:
        written = list(yaml.safe_load_all(files[f"manifests/plain/{site.site}.yaml"]))
        assert written == [each.document for each in site.all()]
        assert yaml.safe_load(files[f"manifests/patches/{site.site}.yaml"]) == site.patch.document


def test_says_where_a_file_is_from() -> None:
    text = plain.document("shops", "site-a", ()).decode()
    assert text.startswith("# Site site-a of the estate shops, rendered by keyferry provision:\n")
