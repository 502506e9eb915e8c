"""A `terraform` without a cloud: the root module's inputs are its resources, and its state is a file.

Runs as a program of its own; `terraform.install` puts it on a PATH. It refuses what the real one refuses: a plan before
init, an apply of a plan that is stale, a question where nobody can answer.
"""

import json
import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

HOME = Path(os.environ["FAKE_TERRAFORM"])
STATE, READY = Path("terraform.tfstate"), Path(".terraform/ready")


def wishes() -> dict[str, Any]:
    """How this one behaves."""
    found: dict[str, Any] = json.loads((HOME / "behaviour.json").read_text())
    return found


def say(kind: str, message: str, **more: Any) -> None:
    """Print a line as -json does."""
    line = {"@level": "info", "@message": message, "@module": "terraform.ui", "type": kind, **more}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def refuse(summary: str, detail: str, address: str = "") -> NoReturn:
    """End with an error, in the form that was asked for."""
    if "-json" in sys.argv:
        diagnostic = {"severity": "error", "summary": summary, "detail": detail, "address": address}
        say("diagnostic", f"Error: {summary}", diagnostic=diagnostic)
    else:
        sys.stderr.write(f"\nError: {summary}\n\n{detail}\n")
    sys.exit(1)


def state() -> dict[str, Any]:
    """What was made."""
    empty = {"serial": 0, "resources": {}, "outputs": {}}
    found: dict[str, Any] = json.loads(STATE.read_text()) if STATE.exists() else empty
    return found


def wanted() -> tuple[dict[str, Any], dict[str, Any]]:
    """The resources by address, and the outputs."""
    values: dict[str, Any] = {}
    for path in sorted(Path().glob("*.auto.tfvars.json")):
        values |= json.loads(path.read_text())
    return dict(resources(values)), {"keyferry": {"value": outputs(values), "sensitive": False}}


def resources(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the modules make of the variables, in short."""
    if not values["estate"]["resource_group"]["existing"]:
        yield "azurerm_resource_group.estate[0]", {"location": values["estate"]["location"]}
    for name, vault in values["vaults"].items():
        yield f'module.vault["{name}"].azurerm_key_vault.new[0]', vault
    for name, identity in values["identities"].items():
        yield f'module.identity["{name}"].azurerm_user_assigned_identity.new[0]', identity
    for name, site in values["sites"].items():
        subject = f"system:serviceaccount:{site['namespace']}:{site['service_account']}"
        credential = {"subject": subject, "issuer": values["cluster"].get("issuer", "")}
        yield f'module.site["{name}"].azurerm_federated_identity_credential.this', credential
        for key, grant in site["grants"].items():
            yield f'module.site["{name}"].azurerm_role_assignment.this["{key}"]', grant


def outputs(values: dict[str, Any]) -> dict[str, Any]:
    """The one output of the root module."""

    def of(name: str) -> dict[str, str]:
        found = {each: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{each}")) for each in ("client_id", "principal_id")}
        return {**found, "tenant_id": values["estate"]["tenant_id"]}

    return {
        "issuer": values["cluster"].get("issuer", ""),
        "identities": {name: of(name) for name in values["identities"]},
        "vault_urls": {name: f"https://{name}.vault.azure.net/" for name in values["vaults"]},
    }


def version(_arguments: list[str]) -> None:
    """Print which one this is."""
    sys.stdout.write(json.dumps({"terraform_version": wishes().get("version", "1.11.4"), "platform": "linux_amd64"}))


def init(_arguments: list[str]) -> None:
    """Be ready to plan."""
    READY.parent.mkdir(exist_ok=True)
    READY.touch()


def plan(arguments: list[str]) -> None:
    """Say what differs, and keep it."""
    if not READY.exists():
        refuse("Inconsistent dependency lock file", "run terraform init")
    made, (resources, outputs) = state(), wanted()
    before = made["resources"]
    for address in before:
        say("refresh_complete", "Refresh complete", hook={"resource": {"addr": address}})
    changes = [change for address in sorted({*before, *resources}) for change in difference(address, before, resources)]
    is_empty = all(change["change"]["actions"] == ["no-op"] for change in changes) and made["outputs"] == outputs
    (path,) = (Path(each.partition("=")[2]) for each in arguments if each.startswith("-out="))
    whole = {"serial": made["serial"], "resources": resources, "outputs": outputs, "resource_changes": changes}
    path.write_text(json.dumps(whole))
    if "-detailed-exitcode" in arguments:
        sys.exit(0 if is_empty else 2)


def difference(address: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One entry of `resource_changes`."""
    old, new = before.get(address), after.get(address)
    actions = ["create"] if old is None else ["delete"] if new is None else ["no-op"] if old == new else ["update"]
    yield {"address": address, "change": {"actions": actions, "before": old, "after": new, "after_unknown": {}}}


def show(arguments: list[str]) -> None:
    """Print a plan."""
    found = json.loads(Path(arguments[-1]).read_text())
    sys.stdout.write(json.dumps({"format_version": "1.2", "resource_changes": found["resource_changes"]}))


def apply(arguments: list[str]) -> None:
    """Do what a plan says, one resource after the other; SIGINT ends it after the present one."""
    found, made = json.loads(Path(arguments[-1]).read_text()), state()
    if found["serial"] != made["serial"]:
        refuse("Saved plan is stale", "the state has changed since")
    made["serial"] += 1
    for change in found["resource_changes"]:
        if change["change"]["actions"] == ["no-op"]:
            continue
        is_stopped = do(change["address"], change["change"], made)
        if is_stopped:
            keep(made)
            refuse("execution halted", "it was interrupted")
    keep({**made, "outputs": found["outputs"]})


def keep(made: dict[str, Any]) -> None:
    """Write the state, whole."""
    whole = STATE.with_suffix(".new")
    whole.write_text(json.dumps(made))
    whole.replace(STATE)


class Stopped(Exception):
    """Somebody sent SIGINT."""


def blocked() -> bool:
    """Tell that it has come here, and wait to be let go on; return whether it was stopped instead."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Stopped

    before = signal.signal(signal.SIGINT, stop)
    try:
        (HOME / "arrived").open("w").close()
        (HOME / "go").open().close()
    except Stopped:
        return True
    finally:
        signal.signal(signal.SIGINT, before)
    return False


def do(address: str, change: dict[str, Any], made: dict[str, Any]) -> bool:
    """Make one resource, change it, or remove it; return whether somebody stopped it meanwhile."""
    (action,) = change["actions"]
    hook = {"resource": {"addr": address}, "action": action}
    say("apply_start", f"{address}: begun", hook=hook)
    is_stopped = address == wishes().get("blocks") and blocked()
    if address == wishes().get("breaks"):
        say("apply_errored", f"{address}: failed", hook=hook)
        keep(made)
        refuse("creating: unexpected status 403 (403 Forbidden) with error: AuthorizationFailed", "no role", address)
    made["resources"][address] = change["after"]
    if action == "delete":
        del made["resources"][address]
    say("apply_complete", f"{address}: complete", hook=hook)
    return is_stopped


def output(_arguments: list[str]) -> None:
    """Print the outputs."""
    sys.stdout.write(json.dumps(state()["outputs"]))


def main() -> None:
    """Run one command, and note that it was run."""
    command, *arguments = sys.argv[1:]
    with (HOME / "calls").open("a") as calls:
        calls.write(" ".join([command, *arguments]) + "\n")
    if command in ("init", "plan", "apply") and "-input=false" not in arguments:
        refuse("nobody can answer", "give -input=false")
    if command != "version" and (os.environ.get("TF_IN_AUTOMATION"), os.environ.get("TF_INPUT")) != ("1", "0"):
        refuse("this is no automation", "set TF_IN_AUTOMATION and TF_INPUT")
    if command in (failures := wishes().get("fails", {})):
        refuse(*failures[command])
    commands: dict[str, Callable[[list[str]], None]] = {
        "version": version,
        "init": init,
        "plan": plan,
        "show": show,
        "apply": apply,
        "output": output,
    }
    commands[command](arguments)


if __name__ == "__main__":
    main()
