"""Where pods look for the token: told by the webhook in AZURE_FEDERATED_TOKEN_FILE, and at no fixed place. Pure.

Called by rules.environments, which gives each container.
"""

from collections.abc import Iterator
from typing import Final

from keyferry.advice.rule import Finding, Rule, Severity
from keyferry.advice.rules.labels import LABELLED
from keyferry.advice.words import quoted
from keyferry.advice.workloads import Container, Environment, PodTemplate, listing, mapping, text

_VARIABLE: Final = "AZURE_FEDERATED_TOKEN_FILE"
_PLACES: Final = ("/var/run/secrets/azure/tokens", "/var/run/secrets/azure/wi")

RULE: Final = Rule(
    name="token-path",
    title="The path of the workload identity token is written by hand",
    severity=Severity.WARNING,
    why=(
        "Releases of the webhook put the token at different paths: the one of April 2026 moved it. A variable that is "
        "there already is left as it is, so the program goes on looking at the old path."
    ),
    remedy=f"leave the path out, and read {_VARIABLE}",
    example=LABELLED,
    source="https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html",
)


def find(environment: Environment, template: PodTemplate) -> Iterator[Finding]:
    """Yield one finding for a container, however often it tells the path."""
    if _VARIABLE not in environment.names and not _holds_path(environment.text):
        return
    found = next(_written(environment.container), None)
    if found is not None and not _mounts_its_own(environment.container, found[2], template):
        path, where, _ = found
        yield RULE.found(path, f"{where} tells a path of the token where this manifest mounts nothing")


def _written(container: Container) -> Iterator[tuple[str, str, str]]:
    """Yield each place where the path stands: where, in words, and the text."""
    for index, name, entry in container.variables():
        value = text(entry.get("value"))
        if value and (name == _VARIABLE or _holds_path(value)):
            yield f"{container.path}.env[{index}].value", f"variable {quoted(name)}", value
    for path, word in container.words():
        if _holds_path(word):
            yield path, f"the command line of container {quoted(container.name)}", word


def _holds_path(value: str) -> bool:
    return any(place in value for place in _PLACES)


def _mounts_its_own(container: Container, value: str, template: PodTemplate) -> bool:
    """Tell whether the pod brings a token of its own to that path: then it does without the webhook, on purpose.

    That is so, too, for a pod that the webhook has been at.
    """
    projected = {text(volume.get("name")) for _, volume in template.volumes() if mapping(volume.get("projected"))}
    mounts = (mapping(mount) for mount in listing(container.fields.get("volumeMounts")))
    paths = [text(mount.get("mountPath")) for mount in mounts if text(mount.get("name")) in projected]
    return any(path.strip("/") and path in value for path in paths)
