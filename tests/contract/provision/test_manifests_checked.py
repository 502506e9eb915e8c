"""What is rendered of an estate is valid by our own parsers, and `keyferry check` finds nothing in it."""

from dataclasses import replace

import pytest

from keyferry.advice import judge, suppression
from keyferry.advice.documents import Documents
from keyferry.model.errors import Where
from keyferry.provision.manifests.state import Form
from keyferry.spec import azure_mount, external_secret, secret_provider_class, secret_store
from keyferry.spec.estate.estate import Cloud, Estate
from tests.contract.provision import rendered
from tests.contract.provision.rendered import ESTATE, PATCHES, PLAIN, Json

ESTATES = [pytest.param(replace(ESTATE, azure=replace(ESTATE.azure, cloud=cloud)), id=str(cloud)) for cloud in Cloud]


def documents(estate: Estate, *, with_patches: bool = False) -> list[Json]:
    files = rendered.files(Form.PLAIN, estate)
    return rendered.below(PLAIN, files) + (rendered.below(PATCHES, files) if with_patches else [])


@pytest.mark.parametrize("estate", ESTATES)
def test_no_rule_finds_anything(estate: Estate) -> None:
    found = documents(estate, with_patches=True)
    known = Documents(found, frozenset(site.subject for site in estate.sites))
    findings = [
        f"{document['kind']} {document['metadata']['name']}: {finding}"
        for document in found
        for finding in judge.judge(document, known.around())
        if finding.rule.name not in suppression.ignored(document)
    ]
    assert not findings


@pytest.mark.parametrize("estate", ESTATES)
def test_parsers_read_what_the_estate_says(estate: Estate) -> None:
    found = documents(estate)
    for document in found:
        match document["kind"]:
            case "SecretStore":
                secret_store.parse(document)
            case "ExternalSecret":
                external_secret.parse(document)
            case "SecretProviderClass":
                parameters = secret_provider_class.parse(document).parameters
                azure_mount.parse(parameters, where=Where(kind="SecretProviderClass", name="any"))
    kinds = [document["kind"] for document in found]
    assert {kind: kinds.count(kind) for kind in ("SecretStore", "ExternalSecret", "SecretProviderClass")} == {
        "SecretStore": 9,
        "ExternalSecret": 8,
        "SecretProviderClass": 6,
    }


def test_no_rule_of_access_reads_a_secret() -> None:
    rules = [rule for document in documents(ESTATE) for rule in document.get("rules", ())]
    assert rules
    assert not [rule for rule in rules if "secrets" in rule["resources"] or "*" in rule["resources"]]
