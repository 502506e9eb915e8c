"""Secrets that pods get as environment variables. Pure. Called by rules.environments, which gives each container."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from keyferry.advice.rule import Finding, Rule, Severity
from keyferry.advice.rules.credentials import is_of_a_principal, is_reference_to_credential
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import listed, quoted
from keyferry.advice.workloads import Container, Environment, PodTemplate, mapping, text

# What asks for restarts: docs/how-to/restart-on-change.md
_RESTART: Final = "keyferry.io/restart-on-change"
_RELOADER: Final = "reloader.stakater.com"

RULE: Final = Rule(
    name="secret-in-env",
    title="A secret is delivered as an environment variable",
    severity=Severity.WARNING,
    why=(
        "An environment shows in crash dumps and debug pages and is inherited by every child process. It is set when "
        "the container starts: after a rotation the process goes on with the old value until somebody restarts it, "
        "while a mounted file is replaced in place."
    ),
    remedy="mount the Secret or Key Vault as a volume, and read the file",
    example="""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
        - name: app
          image: registry.example/api:1
          env:
            - name: DB_PASSWORD_FILE
              value: /mnt/db/password
          volumeMounts:
            - name: db
              mountPath: /mnt/db
              readOnly: true
      volumes:
        - name: db
          secret:
            secretName: db
""",
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
)


class _Delivery(NamedTuple):
    """Something secret in an environment: where, as what, and out of which Secret."""

    path: str
    what: str
    secret: str


def find(environment: Environment, template: PodTemplate, surroundings: Surroundings) -> Iterator[Finding]:
    """Yield one finding for a container, however much it gets."""
    container = environment.container
    deliveries = list(_deliveries(container)) if environment.has_sources else []
    if deliveries:
        more = f" and {len(deliveries) - 1} more" if len(deliveries) > 1 else ""
        renewed = "" if _is_restarted(template) else _renewed(deliveries, template.namespace, surroundings)
        yield RULE.found(
            deliveries[0].path,
            f"container {quoted(container.name)} gets {deliveries[0].what}{more} in its environment{renewed}",
        )


def _deliveries(container: Container) -> Iterator[_Delivery]:
    """Yield all but the credentials of Entra's identities, of which another rule says what to do instead."""
    for index, name, reference in container.references():
        if not is_reference_to_credential(name, reference):
            yield _Delivery(f"{container.path}.env[{index}]", quoted(name), text(reference.get("name")))
    for index, secret in container.bundles():
        if not is_of_a_principal(secret):
            yield _Delivery(f"{container.path}.envFrom[{index}]", f"all of Secret {quoted(secret)}", secret)


def _is_restarted(template: PodTemplate) -> bool:
    """Tell whether a change restarts the pods, or may, for all that is seen of a pod that something else made."""
    if template.own.get("ownerReferences"):
        return True
    keys = (*mapping(template.own.get("annotations")), *template.annotations)
    return any(isinstance(key, str) and (_RELOADER in key or key == _RESTART) for key in keys)


def _renewed(deliveries: list[_Delivery], namespace: str, surroundings: Surroundings) -> str:
    """Return what the surroundings know on top: that these Secrets change."""
    secrets = dict.fromkeys(each.secret for each in deliveries)
    owners = dict.fromkeys(owner for name in secrets if (owner := surroundings.secret_owner(namespace, name)))
    return f", and does not see ExternalSecret {listed(list(owners))} renew it" if owners else ""
