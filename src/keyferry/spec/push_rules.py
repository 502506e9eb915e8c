"""Rules of a PushSecret that span several fields. Called by push_secret.parse, on fields checked one by one before."""

from collections.abc import Mapping
from typing import Any

from keyferry.spec import blueprint, label_selectors
from keyferry.spec.problems import Problems


def check(spec: Mapping[str, Any], problems: Problems) -> None:
    """Note every breach of a rule that needs more than one field to see."""
    for index, store in enumerate(spec.get("secretStoreRefs", ())):
        _check_choice(store, "labelSelector", f"spec.secretStoreRefs[{index}]", problems)
    secret = spec.get("selector", {}).get("secret")
    if secret is not None:
        _check_choice(secret, "selector", "spec.selector.secret", problems)
    if "template" in spec:
        blueprint.check(spec["template"], "spec.template", problems)
    for index, entry in enumerate(spec.get("dataTo", ())):
        _check_data_to(entry, spec, f"spec.dataTo[{index}]", problems)


def _check_choice(fields: Mapping[str, Any], selector: str, path: str, problems: Problems) -> None:
    """One thing by its name, or many by their labels; the name counts where both stand there, as upstream reads it."""
    is_told = any(problem.path.startswith(f"{path}.") for problem in problems.found)  # of a name that cannot be one
    if "name" not in fields and selector not in fields and not is_told:
        problems.add(path, f"has neither name nor {selector}", "add one of them")
    if selector in fields:
        label_selectors.check(fields[selector], f"{path}.{selector}", problems)


def _check_data_to(entry: Mapping[str, Any], spec: Mapping[str, Any], path: str, problems: Problems) -> None:
    if "remoteKey" in entry and entry.get("rewrite"):
        problems.add(f"{path}.rewrite", "does not go with remoteKey, which names the one object", "remove one of them")
    store = entry.get("storeRef")
    if store is None:
        return  # told when the fields were checked
    _check_choice(store, "labelSelector", f"{path}.storeRef", problems)
    if "name" in store and not any(_may_mean(listed, store) for listed in spec.get("secretStoreRefs", ())):
        problems.add(f"{path}.storeRef.name", "is not among spec.secretStoreRefs", "list the store there, too")


def _may_mean(listed: Mapping[str, Any], store: Mapping[str, Any]) -> bool:
    """Tell whether a listed reference may be the store: one by labels can mean any store of its kind."""
    if listed.get("kind") != store.get("kind"):
        return False
    return listed.get("name") == store["name"] if "name" in listed else "labelSelector" in listed
