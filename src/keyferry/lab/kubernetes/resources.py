"""What the API server serves: one `Resource` for each kind in each version, and the registry of all of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from keyferry.lab.kubernetes import names
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")

StorageKey = tuple[str, str]  # group and plural: what all served versions of a kind share


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One printed column of a custom resource: its JSONPath and how kubectl shows it."""

    name: str
    type: str = "string"
    format: str = ""
    description: str = ""
    path: str = ""
    priority: int = 0


def _nothing(_new: Object, _old: Object | None) -> None:
    return None


def _no_problems(_new: Object, _old: Object | None) -> list[Problem]:
    return []


def _same(document: Object) -> Object:
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What is special about a kind. `default` fills in (in place), `validate` finds faults; both see the old object.

    `to_storage` and `from_storage` translate between the served version and the stored one.
    """

    default: Callable[[Object, Object | None], None] = _nothing
    validate: Callable[[Object, Object | None], list[Problem]] = _no_problems
    name_rule: Callable[[str, str], list[Problem]] = names.subdomain
    to_storage: Callable[[Object], Object] = _same
    from_storage: Callable[[Object], Object] = _same


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind in one served version.

    `tracks_generation` is whether the server counts changes of the specification; `unconditional_update` whether a PUT
    without a resourceVersion is taken; `status_at_birth` whether a create may bring the status along, as a kubelet's
    does for its Node. `custom` resources obey `schema`; for built-in ones it serves documentation, patches and the
    search for unknown fields.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str = ""
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    has_status: bool = False
    status_at_birth: bool = False
    subresources: tuple[str, ...] = ()
    tracks_generation: bool = False
    unconditional_update: bool = True
    custom: bool = False
    schema: Object = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    selectable_fields: tuple[str, ...] = ()
    deprecation: str = ""
    storage: StorageKey = ("", "")
    behaviour: Behaviour = field(default_factory=Behaviour)

    @property
    def group_version(self) -> str:
        """The apiVersion of its objects."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """`plural.group`, as messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def list_kind(self) -> str:
        """The kind of its lists."""
        return f"{self.kind}List"

    @property
    def storage_key(self) -> StorageKey:
        """Where its objects are kept: shared by all versions of the kind."""
        return self.storage if self.storage[1] else (self.group, self.plural)

    def view(self, stored: Object) -> Object:
        """Return a stored object as this version shows it. The result may share parts with `stored`."""
        return self.behaviour.from_storage(stored)


class Registry:
    """All resources being served. `edition` changes whenever the set does, so that documents about it can be kept."""

    def __init__(self, built_in: Iterable[Resource]) -> None:
        self._built_in = {(one.group, one.version, one.plural): one for one in built_in}
        self._custom: dict[str, tuple[Resource, ...]] = {}
        self._all = dict(self._built_in)
        self.edition = 0

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._all.values())

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        """Return the resource of a request path, None when it is not served."""
        return self._all.get((group, version, plural))

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """Return the resource that serves `kind` in `api_version`."""
        return next((one for one in self if one.kind == kind and one.group_version == api_version), None)

    def serve(self, definition: str, resources: Iterable[Resource]) -> None:
        """Serve `resources` for the CustomResourceDefinition `definition`, instead of what it had served before."""
        self._custom[definition] = tuple(resources)
        self._rebuild()

    def withdraw(self, definition: str) -> None:
        """Serve nothing any more on behalf of `definition`."""
        if self._custom.pop(definition, None) is not None:
            self._rebuild()

    def _rebuild(self) -> None:
        self._all = dict(self._built_in)
        for resources in self._custom.values():
            for one in resources:
                self._all.setdefault((one.group, one.version, one.plural), one)
        self.edition += 1
