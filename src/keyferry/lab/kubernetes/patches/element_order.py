"""The order of a merged list: the client's for its own elements, the server's for all others."""

from typing import Any


def arrange(merged: list[Any], wanted: list[Any], old: list[Any], *, merge_key: str) -> list[Any]:
    """Return `merged` with the elements that `wanted` names in its order.

    The others keep their order among themselves; each comes before the first wanted element that it preceded in `old`.
    """
    ranks = [_identity(item, merge_key) for item in wanted]
    former = [_identity(item, merge_key) for item in old]
    named = [(_identity(item, merge_key), item) for item in merged]
    own = sorted((pair for pair in named if pair[0] in ranks), key=lambda pair: ranks.index(pair[0]))
    others = [pair for pair in named if pair[0] not in ranks]
    arranged: list[Any] = []
    for identity, item in own:
        while others and _precedes(others[0][0], identity, former):
            arranged.append(others.pop(0)[1])
        arranged.append(item)
    return arranged + [item for _, item in others]


def _identity(item: Any, merge_key: str) -> Any:
    return item.get(merge_key) if merge_key and isinstance(item, dict) else item


def _precedes(left: Any, right: Any, former: list[Any]) -> bool:
    return left in former and right in former and former.index(left) < former.index(right)
