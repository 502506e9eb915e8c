"""The text of `objects` becomes the objects of a mount, with a problem for everything that is wrong in it.

Called by azure_mount's parse. The text is YAML whose `array` holds texts, each of which is YAML again:
https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/. The rules of the Azure
provider hold; what it finds while it asks the vault, or passes over in silence, is told here.
"""

from collections.abc import Sequence
from typing import Final

from keyferry.model.errors import SpecError, foreign
from keyferry.spec import mount_object, mount_paths, yaml_nodes
from keyferry.spec.mount_object import MountObject
from keyferry.spec.problems import Problems
from keyferry.spec.yaml_nodes import Fields, Listing, Scalar, YamlNode

MAX_OBJECTS: Final = 1000
MAX_FILES: Final = 2000  # with all their versions
_ARRAY: Final = "array"
_EXAMPLE: Final = (
    'write "array:", below it "- |" for each object, and below that its fields, such as objectName: db-password'
)


def parse(text: str, path: str, problems: Problems) -> tuple[MountObject, ...]:
    """Return the objects without a fault, in their order; note what is wrong with the others, and between them.

    `path` is where the text stands. Fields that are not known are ignored, and what is written twice word for word is
    one object, as the Azure provider has it.
    """
    entries = _entries(text, path, problems)
    if len(entries) > MAX_OBJECTS:
        problems.add(path, f"names {len(entries)} objects, {MAX_OBJECTS} are allowed", "share them among volumes")
        return ()
    found: dict[MountObject, str] = {}
    for index, entry in enumerate(entries):
        here = f"{path}.{_ARRAY}[{index}]"
        mounted = _object(entry, here, problems)
        if mounted is not None:
            found.setdefault(mounted, here)
    _check_together({here: mounted for mounted, here in found.items()}, path, problems)
    return tuple(found)


def _entries(text: str, path: str, problems: Problems) -> Sequence[YamlNode]:
    try:
        document = yaml_nodes.parse(text)
    except SpecError as error:
        problems.add(path, f"{error.what}: {error.cause}", error.remedy)
        return ()
    if not isinstance(document, Fields) and not _is_null(document):
        problems.add(path, f"must be a mapping with the key {_ARRAY}", _EXAMPLE)
        return ()
    array = document.fields.get(_ARRAY) if isinstance(document, Fields) else None
    if isinstance(array, Listing) and array.items:
        return array.items
    if array is None or _is_null(array) or isinstance(array, Listing):
        problems.add(path, "names no objects, so there is nothing to mount", _EXAMPLE)
    else:
        problems.add(f"{path}.{_ARRAY}", "must be a list", _EXAMPLE)
    return ()


def _object(entry: YamlNode, path: str, problems: Problems) -> MountObject | None:
    """Upstream refuses mappings in the list too; its fields must be a text of their own."""
    if not isinstance(entry, Scalar):
        problems.add(path, "must be text", 'write "- |", and the fields of the object below it, indented')
        return None
    try:
        fields = yaml_nodes.parse("" if entry.is_null else entry.text)
    except SpecError as error:
        problems.add(path, f"{error.what}: {error.cause}", error.remedy)
        return None
    if isinstance(fields, Fields):
        return mount_object.read(fields.fields, path, problems)
    message = "is empty" if _is_null(fields) else "must hold fields"
    problems.add(path, message, "write such as objectName: db-password and objectType: secret, each in its line")
    return None


def _check_together(objects: dict[str, MountObject], path: str, problems: Problems) -> None:
    """Every file of every version needs a place of its own."""
    count = sum(len(mounted.paths) for mounted in objects.values())
    if count > MAX_FILES:
        remedy = "ask for fewer versions, or share the objects among volumes"
        problems.add(path, f"asks for {count} files, {MAX_FILES} are allowed", remedy)
        return
    owners = [(owner, file) for owner, mounted in objects.items() for file in mounted.paths]
    told: set[tuple[str, str]] = set()
    for index, other in mount_paths.clashes([file for _, file in owners]):
        pair = owners[index][0], owners[other][0]
        if pair in told:
            continue
        told.add(pair)
        problems.add(
            pair[0],
            f'the file "{foreign(owners[index][1])}" cannot be beside "{foreign(owners[other][1])}" of {pair[1]}',
            "set objectAlias, so that each file has a place of its own and none is a folder",
        )


def _is_null(node: YamlNode) -> bool:
    return isinstance(node, Scalar) and node.is_null
