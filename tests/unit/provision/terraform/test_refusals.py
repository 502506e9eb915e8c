"""Why the tool failed, and who must do what."""

import pytest

from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable
from keyferry.provision.terraform import refusals
from keyferry.provision.terraform.messages import Diagnostic
from keyferry.provision.terraform.refusals import Step

STEP = Step(tool="tofu", command="plan", folder="build/terraform", log="build/terraform/keyferry.log")
LOCK = "ConditionalCheckFailed\nLock Info:\n  ID:        1d8c-77\n  Path:      shops\n  Who:       ci@runner\n"


def error(summary: str, detail: str = "", address: str = "") -> Diagnostic:
    return Diagnostic(is_error=True, summary=summary, detail=detail, address=address)


@pytest.mark.parametrize(
    ("found", "kind", "remedy"),
    [
        pytest.param(
            error("Error acquiring the state lock", LOCK),
            Unavailable,
            "tofu -chdir=build/terraform force-unlock 1d8c-77",
            id="locked",
        ),
        pytest.param(
            error("Error acquiring the state lock", "no more is known"),
            Unavailable,
            "force-unlock ID",
            id="locked-by-x",
        ),
        pytest.param(
            error(
                "unable to build authorizer for Resource Manager API: could not configure AzureCli Authorizer: no "
                "subscription ID: running Azure CLI: exit status 1: ERROR: Please run 'az login' to setup account."
            ),
            GrantError,
            "az login",
            id="not-signed-in",
        ),
        pytest.param(
            error("building account", "AADSTS700082: the token has expired"), GrantError, "az login", id="old"
        ),
        pytest.param(
            error(
                "unexpected status 403 (403 Forbidden) with error: AuthorizationFailed: The client does not have "
                "authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope"
            ),
            GrantError,
            "Role Based Access Control Administrator, or Owner",
            id="no-right-to-assign",
        ),
        pytest.param(
            error("unexpected status 403 (403 Forbidden) with error: AuthorizationFailed: no"),
            GrantError,
            "the role Contributor",
            id="no-right",
        ),
        pytest.param(
            error('a resource with the ID "/subscriptions/x" already exists - to be managed via Terraform'),
            SpecError,
            "say `existing`",
            id="somebody-elses",
        ),
        pytest.param(
            error("Backend configuration changed", "A change has been detected"),
            SpecError,
            "-migrate-state",
            id="backend",
        ),
        pytest.param(
            error("Failed to query available provider packages", "could not connect"),
            Unavailable,
            "mirror",
            id="registry",
        ),
        pytest.param(
            error("Kubernetes cluster unreachable: invalid configuration"),
            Unavailable,
            "KUBE_CONFIG_PATH",
            id="cluster",
        ),
        pytest.param(
            error("Invalid value for variable", "estate.name must be"), SpecError, "all that it said", id="ours"
        ),
        pytest.param(error("something", "else"), Unavailable, "see to its cause", id="unknown"),
    ],
)
def test_who_must_act(found: Diagnostic, kind: type[KeyferryError], remedy: str) -> None:
    failure = refusals.failed(STEP, [found], "")
    assert type(failure) is kind
    assert failure.what.startswith("tofu plan failed: ")
    assert remedy in failure.remedy
    assert "build/terraform/keyferry.log" in failure.remedy


def test_the_place_and_the_number_of_errors_are_told() -> None:
    failure = refusals.failed(STEP, [error("a", address="azurerm_x.y"), error("b"), error("c")], "")
    assert failure.what == "tofu plan failed: a (azurerm_x.y) (and 2 more errors)"
    placed = Diagnostic(is_error=True, summary="a", detail="", place="main.tf:3")
    assert refusals.failed(STEP, [placed], "").what == "tofu plan failed: a (main.tf:3)"


def test_what_init_prints_for_people_is_read() -> None:
    tail = (
        "Initializing...\n╷\n│ Error: Failed to query available provider packages\n│ \n│ Could not reach it\n│ now\n╵\n"
    )
    failure = refusals.failed(STEP, [], tail)
    assert (type(failure), failure.cause) == (Unavailable, "Could not reach it now")
    assert "Failed to query available provider packages" in failure.what


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(7, "it ended with code 7, and says no reason", id="code"),
        pytest.param(-9, "signal 9 ended it", id="signal"),
    ],
)
def test_nothing_at_all_is_said(code: int, told: str) -> None:
    failure = refusals.failed(STEP, [], "half a word", code)
    assert (failure.what, failure.cause) == (f"tofu plan failed: {told}", "half a word")


def test_foreign_words_are_cut() -> None:
    failure = refusals.failed(STEP, [error("x" * 1000, "y" * 1000)], "")
    assert len(failure.what) < 400
    assert len(failure.cause) <= 256
