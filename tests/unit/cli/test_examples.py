import pytest

from keyferry.cli import examples
from keyferry.kube.manifests import read
from keyferry.lab.serve.seed_file import read_seed
from keyferry.model.errors import Bug


def test_the_labs_state_is_there_and_good() -> None:
    names = [vault.name for vault in read_seed(examples.find("lab.yaml")).vaults]
    assert names == ["kv-prod", "kv-apps", "myapp-kv", "site-a-kv", "site-b-kv", "site-c-kv"]


@pytest.mark.parametrize("name", ["sync-per-key.yaml", "sync-find.yaml"])
def test_the_manifests_are_there_and_are_manifests(name: str) -> None:
    assert {"SecretStore", "ExternalSecret"} <= {document["kind"] for document in read(examples.find(name))}


@pytest.mark.parametrize("name", ["mount.yaml", "mount-sites.yaml"])
def test_the_manifests_of_mounts_are_there_too(name: str) -> None:
    assert "SecretProviderClass" in {document["kind"] for document in read(examples.find(name))}


def test_one_that_is_missing_is_our_fault() -> None:
    with pytest.raises(Bug, match=r"nonsense\.yaml"):
        examples.find("nonsense.yaml")
