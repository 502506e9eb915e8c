"""Connection strings with a key in them, in the open. Pure. Their text is never repeated, not even a part of it.

Called by rules.environments, which gives each container.
https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string and, for messaging,
https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
"""

import re
from collections.abc import Iterator
from typing import Final

from keyferry.advice.rule import Finding, Rule, Severity
from keyferry.advice.words import quoted
from keyferry.advice.workloads import Container, Environment

_KEY: Final = re.compile(r"(?<![A-Za-z])(AccountKey|SharedAccessKey|SharedAccessSignature)=[A-Za-z0-9+/%&=?.-]{16}")
_EMULATED: Final = "devstoreaccount1"  # whose key is printed in the documentation of Azurite

RULE: Final = Rule(
    name="connection-string",
    title="A connection string with its key stands in the manifest",
    severity=Severity.WARNING,
    why=(
        "Whoever reads the manifest, its history in git, the pod or the list of processes has the key, and with it the "
        "whole account, until somebody regenerates it."
    ),
    remedy="use the identity of the pods, or keep the string in Key Vault and mount it; then regenerate the key",
    example="""\
apiVersion: v1
kind: Pod
metadata:
  name: api
  labels:
    azure.workload.identity/use: "true"
spec:
  serviceAccountName: api
  containers:
    - name: app
      image: registry.example/api:1
      env:
        - name: STORAGE_URL
          value: https://account.blob.core.windows.net
""",
    source="https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage",
)


def find(environment: Environment) -> Iterator[Finding]:
    """Yield a finding for each place with such a string."""
    if not _may_hold_key(environment.text):
        return
    for path, where, value in _texts(environment.container):
        if key := holds_key(value):
            yield RULE.found(path, f"{where} holds a connection string with its {key}")


def holds_key(value: str) -> str:
    """Return the name of the key that a connection string holds, "" where it is none or holds none."""
    found = _KEY.search(value) if _may_hold_key(value) else None
    return found[1] if found is not None and _EMULATED not in value else ""


def _may_hold_key(value: str) -> bool:
    """Sort out most texts, at a fiftieth of the cost."""
    return "Key=" in value or "AccessSignature=" in value


def _texts(container: Container) -> Iterator[tuple[str, str, str]]:
    for index, name, entry in container.variables():
        if isinstance(value := entry.get("value"), str):
            yield f"{container.path}.env[{index}].value", f"variable {quoted(name)}", value
    for path, word in container.words():
        yield path, f"the command line of container {quoted(container.name)}", word
