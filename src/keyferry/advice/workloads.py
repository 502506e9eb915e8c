"""Where each kind of workload keeps its pods' metadata and spec. Pure. Called by the rules of pods.

Nothing here trusts a shape: what is no mapping is read as an empty one, what is no list as an empty one.
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/ and, for Rollout,
https://argo-rollouts.readthedocs.io/en/stable/features/specification/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

_BELOW_SPEC: Final = ("spec", "template")
_WHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "DaemonSet": _BELOW_SPEC,
    "Deployment": _BELOW_SPEC,
    "Job": _BELOW_SPEC,
    "ReplicaSet": _BELOW_SPEC,
    "ReplicationController": _BELOW_SPEC,
    "Rollout": _BELOW_SPEC,
    "StatefulSet": _BELOW_SPEC,
}
_GROUPS: Final = frozenset({"", "apps", "argoproj.io", "batch", "extensions"})
WORKLOADS: Final = frozenset(_WHERE)  # a pod alone is one, too
_LISTS: Final = ("initContainers", "containers")  # ephemeral ones are in no template, and no webhook sees them
_NOTHING: Final[Mapping[Any, Any]] = {}


class Container(NamedTuple):
    """A container of a template, at `path`."""

    path: str
    name: str
    fields: Mapping[Any, Any]

    def variables(self) -> Iterator[tuple[int, str, Mapping[Any, Any]]]:
        """Yield each entry of `env` that has a name: its index, the name, and the entry."""
        for index, entry in enumerate(listing(self.fields.get("env"))):
            if isinstance(entry, dict) and isinstance(name := entry.get("name"), str):
                yield index, name, entry

    def references(self) -> Iterator[tuple[int, str, Mapping[Any, Any]]]:
        """Yield each entry of `env` that takes a key of a Secret: its index, its name, and the `secretKeyRef`."""
        entries = enumerate(listing(self.fields.get("env")))
        for index, entry in [each for each in entries if isinstance(each[1], dict) and "valueFrom" in each[1]]:
            if reference := mapping(mapping(entry["valueFrom"]).get("secretKeyRef")):
                yield index, text(entry.get("name")), reference

    def bundles(self) -> Iterator[tuple[int, str]]:
        """Yield each Secret that `envFrom` takes whole: its index and its name."""
        for index, entry in enumerate(listing(self.fields.get("envFrom"))):
            if name := text(mapping(mapping(entry).get("secretRef")).get("name")):
                yield index, name

    def environment(self) -> "Environment":
        """Return what the container gets, at a glance."""
        entries = [entry for entry in listing(self.fields.get("env")) if isinstance(entry, dict)]
        values = [value for entry in entries if isinstance(value := entry.get("value"), str)]
        values.extend(word for _, word in self.words())
        sources = [entry for entry in entries if "valueFrom" in entry]
        return Environment(
            container=self,
            names=[name for entry in entries if isinstance(name := entry.get("name"), str)],
            text="\n".join(values),
            has_sources=bool(sources or self.fields.get("envFrom")),
        )

    def words(self) -> Iterator[tuple[str, str]]:
        """Yield each text of `command` and `args` with its path."""
        for key in ("command", "args"):
            for index, word in enumerate(listing(self.fields.get(key))):
                if isinstance(word, str):
                    yield f"{self.path}.{key}[{index}]", word


class Environment(NamedTuple):
    """What is in a container's environment and on its command line, all at once.

    A pod may have hundreds of variables, with nothing to be said of any, so rules look here first: `names` are those of
    variables, `text` all that stands there literally, `has_sources` whether anything is taken from elsewhere.
    """

    container: Container
    names: Sequence[str]
    text: str
    has_sources: bool


@dataclass(frozen=True, slots=True)
class PodTemplate:
    """What a workload makes pods of. `path` is that of the template, "" for a pod, which is its own.

    `metadata` and `spec` are the pods', `own` is the metadata of the workload: the same one for a pod.
    """

    kind: str
    path: str
    own: Mapping[Any, Any]
    metadata: Mapping[Any, Any]
    spec: Mapping[Any, Any]

    @property
    def is_pod(self) -> bool:
        """Whether it is a pod by itself."""
        return not self.path

    @property
    def namespace(self) -> str:
        """The namespace, "" where the document tells none."""
        return text(self.own.get("namespace"))

    @property
    def labels(self) -> Mapping[Any, Any]:
        """The labels of the pods."""
        return mapping(self.metadata.get("labels"))

    @property
    def annotations(self) -> Mapping[Any, Any]:
        """The annotations of the pods."""
        return mapping(self.metadata.get("annotations"))

    @property
    def service_account(self) -> str:
        """The ServiceAccount that the pods run as; `serviceAccount` is the field's old name."""
        return text(self.spec.get("serviceAccountName")) or text(self.spec.get("serviceAccount")) or "default"

    def at(self, place: str) -> str:
        """Return the path of a place in the template, as `metadata.labels`."""
        return f"{self.path}.{place}" if self.path else place

    def containers(self) -> Iterator[Container]:
        """Yield every container, init containers first, as the webhook walks them."""
        for key in _LISTS:
            for index, fields in enumerate(listing(self.spec.get(key))):
                if isinstance(fields, dict):
                    yield Container(self.at(f"spec.{key}[{index}]"), text(fields.get("name")), fields)

    def volumes(self) -> Iterator[tuple[int, Mapping[Any, Any]]]:
        """Yield each volume with its index."""
        for index, volume in enumerate(listing(self.spec.get("volumes"))):
            if isinstance(volume, dict):
                yield index, volume


def template_of(document: Mapping[str, Any]) -> PodTemplate | None:
    """Return the pods' template of a document, None where it has none: another kind, or a template elsewhere."""
    kind = document.get("kind")
    steps = _WHERE.get(kind) if isinstance(kind, str) else None
    if steps is None or not isinstance(kind, str) or _group(document) not in _GROUPS:
        return None
    found: Mapping[Any, Any] = document
    for step in steps:
        found = mapping(found.get(step))
    if not found:
        return None  # as in a Rollout that names a Deployment by workloadRef
    return PodTemplate(
        kind,
        ".".join(steps),
        mapping(document.get("metadata")),
        mapping(found.get("metadata")),
        mapping(found.get("spec")),
    )


def mapping(found: Any) -> Mapping[Any, Any]:
    """Return what was found where it is a mapping, an empty one else."""
    return found if isinstance(found, dict) else _NOTHING


def listing(found: Any) -> Sequence[Any]:
    """Return what was found where it is a list, an empty one else."""
    return found if isinstance(found, list) else ()


def text(found: Any) -> str:
    """Return what was found where it is text, an empty one else."""
    return found if isinstance(found, str) else ""


def _group(document: Mapping[str, Any]) -> str:
    """Return the API group, "" for the core one and where none is told."""
    group, slash, _ = text(document.get("apiVersion")).partition("/")
    return group if slash else ""
