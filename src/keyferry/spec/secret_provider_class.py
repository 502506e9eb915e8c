"""A SecretProviderClass in YAML or JSON becomes one frozen value, or one error with everything that is wrong.

Called by mount.cluster.classes. Fields: https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclass. What
`parameters` mean is the provider's business: spec.azure_mount reads those of Azure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from keyferry.model.errors import SpecError, Where, foreign
from keyferry.spec import checking, class_annotations, documents, secret_objects
from keyferry.spec.fields import secret_provider_class as fields
from keyferry.spec.problems import InvalidDocument, Problem, Problems
from keyferry.spec.schema import Table
from keyferry.spec.secret_objects import KeySource, SecretObject

__all__ = ["AZURE", "KIND", "KeySource", "SecretObject", "SecretProviderClass", "parse"]

KIND: Final = "SecretProviderClass"
AZURE: Final = "azure"
_SYNCED: Final = "secretObjects"
_FIELDS: Final = Table(fields={name: node for name, node in fields.spec().fields.items() if name != _SYNCED})
_PROVIDER: Final = re.compile(r"[a-zA-Z0-9_-]{1,30}")  # it becomes the name of a socket


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretProviderClass:
    """What one SecretProviderClass says. `serve_stale` is how old a last good copy may be, None where none may serve.

    `fallback_vaults` are read from, in their order, while the class's own vault is unavailable: each `https://host`, or
    a name alone whose host the mount's cloud completes.
    `secret_objects` are those without a fault; what is wrong with the others stands in `secret_problems`, and stops
    neither the files nor the other Secrets.
    """

    namespace: str
    name: str
    uid: str
    generation: int
    provider: str
    parameters: Mapping[str, str]
    secret_objects: tuple[SecretObject, ...] = ()
    secret_problems: tuple[Problem, ...] = ()
    serve_stale: timedelta | None = None
    fallback_vaults: tuple[str, ...] = ()

    @property
    def secret_error(self) -> SpecError | None:
        """What is wrong with `secretObjects`, in the words of an event; None where nothing is."""
        if not self.secret_problems:
            return None
        return InvalidDocument(
            what=f"SecretProviderClass {self.namespace}/{self.name} has Secrets that cannot be made",
            where=Where(kind=KIND, namespace=self.namespace, name=self.name, path=self.secret_problems[0].path),
            problems=self.secret_problems,
        )


def parse(document: bytes | Mapping[str, object]) -> SecretProviderClass:
    """Return what the document says; raise `SpecError` that lists every problem in it but those of `secretObjects`.

    Takes `secrets-store.csi.x-k8s.io/v1` and `v1alpha1`, as JSON or as a mapping.
    """
    opened = documents.open_document(document, KIND, documents.SECRETS_STORE)
    metadata, problems = opened.metadata, opened.problems
    rest = {name: value for name, value in opened.spec.items() if name != _SYNCED}
    spec = checking.check(_FIELDS, rest, "spec", problems)
    _check_provider(spec, problems)
    serve_stale = class_annotations.serve_stale(metadata.annotations, problems)
    own = spec.get("parameters", {}).get("keyvaultName", "")
    fallback_vaults = class_annotations.fallback_vaults(metadata.annotations, own, problems)
    opened.raise_if_any_problem()
    secret_problems = Problems()
    return SecretProviderClass(
        namespace=metadata.namespace,
        name=metadata.name,
        uid=metadata.uid,
        generation=metadata.generation,
        provider=spec["provider"],
        parameters=spec["parameters"],
        secret_objects=secret_objects.read(opened.spec.get(_SYNCED), secret_problems),
        secret_problems=secret_problems.found,
        serve_stale=serve_stale,
        fallback_vaults=fallback_vaults,
    )


def _check_provider(spec: Mapping[str, Any], problems: Problems) -> None:
    """The schema requires neither, and no volume can be made without them."""
    told = {problem.path.partition("[")[0] for problem in problems.found}
    provider = spec.get("provider", "")
    if not provider and "spec.provider" not in told:
        problems.add("spec.provider", "is missing or empty", "name the provider, such as azure")
    elif provider and not _PROVIDER.fullmatch(provider):
        remedy = "use letters, digits, - and _, at most 30, such as azure"
        problems.add("spec.provider", f'"{foreign(provider)}" cannot be the name of a provider', remedy)
    if not spec.get("parameters") and "spec.parameters" not in told:
        problems.add("spec.parameters", "is missing or empty", "add the settings of the provider")
