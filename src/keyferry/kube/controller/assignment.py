"""Which replica works on which shard: the same answer from whoever computes it, balanced, and steady. Pure."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping


def assigned(members: Collection[str], shards: int) -> Mapping[int, str]:
    """Return the member of each shard; nothing where there is no member.

    The members' loads differ by one shard at most. Each shard goes to the member that ranks highest for it and has
    room (rendezvous hashing), so that a member who comes or goes moves few shards that were not its own.
    """
    if not members:
        return {}
    least, ones_more = divmod(shards, len(members))
    load: Counter[str] = Counter()
    found: dict[int, str] = {}
    for shard in range(shards):
        room = least + 1 if sum(1 for held in load.values() if held > least) < ones_more else least
        free = (member for member in members if load[member] < room)
        found[shard] = max(free, key=lambda member: _rank(shard, member))
        load[found[shard]] += 1
    return found


def shard_of(token: str, shards: int) -> int:
    """Return the shard of what `token` names; the same in every replica and version."""
    return int.from_bytes(hashlib.sha256(token.encode()).digest()[:8]) % shards


def _rank(shard: int, member: str) -> bytes:
    return hashlib.sha256(f"{shard}/{member}".encode()).digest()
