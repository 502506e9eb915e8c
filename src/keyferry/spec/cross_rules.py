"""Rules of an ExternalSecret that span several fields, as upstream's admission webhook has them, and a few beyond.

Called by external_secret.parse, on fields that were checked one by one before.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from keyferry.spec import blueprint
from keyferry.spec.problems import Problems

_SOURCES: Final = ("extract", "find")
_SECRET: Final = {"apiVersion": "v1", "kind": "Secret"}
_NO_DELETE: Final = ("Merge", "None", "CreateOrMerge")


def check(spec: Mapping[str, Any], problems: Problems) -> None:
    """Note every breach of a rule that needs more than one field to see."""
    target = spec.get("target", {})
    _check_policies(target, problems)
    if "template" in target:
        is_secret = target.get("manifest", _SECRET) == _SECRET
        blueprint.check(target["template"], "spec.target.template", problems, is_secret=is_secret)
    if not spec.get("data") and not spec.get("dataFrom"):
        problems.add("spec", "has neither data nor dataFrom, so it delivers nothing", "add one of them")
    for index, entry in enumerate(spec.get("dataFrom", ())):
        _check_data_from(entry, f"spec.dataFrom[{index}]", problems)
    _check_stores(spec, problems)
    _check_duplicates(spec, problems)


def advise(entry: Mapping[str, Any], path: str, problems: Problems) -> None:
    """Note what an entry of `dataFrom` says in vain: it is no mistake, and nothing is refused for it."""
    if "path" in entry.get("find", {}):
        problems.add(f"{path}.find.path", "has no effect with Azure Key Vault", "remove it", is_ours=True)
    if not any(name in entry for name in _SOURCES) and "storeRef" in entry.get("sourceRef", {}):
        problems.add(path, "names a store and takes nothing from it", "add extract or find", is_ours=True)


def _check_policies(target: Mapping[str, Any], problems: Problems) -> None:
    creation, deletion = target.get("creationPolicy"), target.get("deletionPolicy")
    clash = (deletion == "Delete" and creation in _NO_DELETE) or (deletion == "Merge" and creation == "None")
    if clash:
        problems.add(
            "spec.target.deletionPolicy",
            f"{deletion} does not go with creationPolicy {creation}",
            "use creationPolicy Owner, or deletionPolicy Retain",
        )


def _check_data_from(entry: Mapping[str, Any], path: str, problems: Problems) -> None:
    source = entry.get("sourceRef", {})
    kinds = [name for name in _SOURCES if name in entry] + [name for name in ("generatorRef",) if name in source]
    if len(kinds) > 1:
        problems.add(path, f"has {' and '.join(kinds)}, where one is allowed", "make them entries of their own")
    elif not kinds and not source:
        problems.add(path, "has neither extract nor find nor a generator, so it delivers nothing", "add one of them")


def _check_stores(spec: Mapping[str, Any], problems: Problems) -> None:
    """Every entry needs a store, of its own or the common one; under `data` a generator is none, as upstream."""
    for index, entry in enumerate(spec.get("data", ())):
        if "generatorRef" in entry.get("sourceRef", {}):
            problems.add(
                f"spec.data[{index}].sourceRef.generatorRef",
                "makes many values, where data takes one",
                "move it to spec.dataFrom",
                is_ours=True,
            )
    if "name" in spec.get("secretStoreRef", {}):
        return
    for field in ("data", "dataFrom"):
        for index, entry in enumerate(spec.get(field, ())):
            source = entry.get("sourceRef", {})
            if "generatorRef" not in source and "name" not in source.get("storeRef", {}):
                problems.add(
                    "spec.secretStoreRef.name",
                    f"is missing, and {field}[{index}] names no store",
                    "name the store",
                    is_ours=True,
                )
                return


def _check_duplicates(spec: Mapping[str, Any], problems: Problems) -> None:
    """With Retain alone, as upstream: with the others a key may have several sources of which one exists."""
    if spec.get("target", {}).get("deletionPolicy") != "Retain":
        return
    names = [entry.get("secretKey") for entry in spec.get("data", ())]
    counts = Counter(name for name in names if name)
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            problems.add(
                f"spec.data[{index}].secretKey", f'"{name}" occurs {counts[name]} times', "rename or remove one"
            )
        elif name:
            seen.add(name)
