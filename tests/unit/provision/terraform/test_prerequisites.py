"""What is missing is said before anything is changed."""

from dataclasses import replace

import pytest

from keyferry.model.errors import GrantError, KeyferryError, SpecError
from keyferry.provision.terraform import prerequisites
from keyferry.spec.estate.estate import Estate, NewAks
from tests.fakes import estates

INSTALLING = replace(estates.small(), install=estates.wide().install)
NEW = replace(INSTALLING, cluster=NewAks(name="aks", kubernetes_version="", vm_size="", node_count=1))


@pytest.mark.parametrize("version", ["1.9.0", "1.11.4", "2.0.0", "1.10.0-beta1"])
def test_a_version_that_will_do(version: str) -> None:
    assert prerequisites.version("terraform", f'{{"terraform_version": "{version}"}}'.encode()) == version


@pytest.mark.parametrize(
    ("printed", "cause"),
    [
        pytest.param(b'{"terraform_version": "1.8.5"}', "version 1.8.5, and the modules need 1.9", id="old"),
        pytest.param(b'{"terraform_version": "0.15.0"}', "version 0.15.0", id="very-old"),
        pytest.param(b'{"terraform_version": "new"}', "does not tell its version", id="odd"),
        pytest.param(b"{}", "does not tell its version", id="none"),
        pytest.param(b"Terraform v0.11", "does not tell its version", id="no-json"),
        pytest.param(b'{"terraform_version": "\xff"}', "does not tell its version", id="no-text"),
        pytest.param(b"[" * 100_000, "does not tell its version", id="deep"),
        pytest.param(b'{"terraform_version": "' + b"1" * 5000 + b'.0.0"}', "does not tell its version", id="long"),
    ],
)
def test_a_version_that_will_not(printed: bytes, cause: str) -> None:
    with pytest.raises(SpecError, match=cause):
        prerequisites.version("terraform", printed)


@pytest.mark.parametrize(
    ("estate", "environment", "programs"),
    [
        pytest.param(estates.small(), {}, {"az"}, id="az"),
        pytest.param(estates.small(), {"ARM_USE_OIDC": "true"}, set(), id="a-pipeline"),
        pytest.param(estates.small(), {"ARM_USE_MSI": "true"}, set(), id="a-machine"),
        pytest.param(INSTALLING, {"KUBE_CONFIG_PATH": "x"}, {"az"}, id="with-a-cluster"),
        pytest.param(NEW, {}, {"az", "kubelogin"}, id="with-a-new-cluster"),
    ],
)
def test_all_is_there(estate: Estate, environment: dict[str, str], programs: set[str]) -> None:
    prerequisites.check(estate, environment, programs.__contains__)


@pytest.mark.parametrize(
    ("estate", "environment", "programs", "kind", "what"),
    [
        pytest.param(estates.small(), {}, set(), GrantError, "nobody is signed in", id="no-az"),
        pytest.param(estates.small(), {"ARM_USE_OIDC": ""}, set(), GrantError, "nobody is signed in", id="empty"),
        pytest.param(INSTALLING, {}, {"az"}, SpecError, "cannot be installed on shops", id="no-cluster"),
        pytest.param(NEW, {"KUBE_CONFIG_PATH": "x"}, {"az"}, SpecError, "on the new cluster", id="no-kubelogin"),
    ],
)
def test_what_is_missing(
    estate: Estate, environment: dict[str, str], programs: set[str], kind: type[KeyferryError], what: str
) -> None:
    with pytest.raises(kind, match=what):
        prerequisites.check(estate, environment, programs.__contains__)


def test_a_stored_credential_is_flagged_without_its_value() -> None:
    (caution,) = prerequisites.cautions({"ARM_CLIENT_SECRET": "hunter2", "ARM_CLIENT_ID": "x"})
    assert caution.startswith("ARM_CLIENT_SECRET is a stored credential")
    assert "hunter2" not in caution
    assert prerequisites.cautions({"ARM_CLIENT_ID": "x", "ARM_USE_OIDC": "true"}) == ()
