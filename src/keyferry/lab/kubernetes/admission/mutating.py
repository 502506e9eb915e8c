"""Mutating webhooks: asked one after another, each about what the ones before made of the object.

Those that want it are asked once more when something after them changed the object.
Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#reinvocation-policy
"""

from collections.abc import Callable

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.admission import calling, hooks, matching, refusals, review
from keyferry.lab.kubernetes.admission.asking import Heard, Review, Unreachable
from keyferry.lab.kubernetes.admission.attributes import Attributes
from keyferry.lab.kubernetes.admission.hooks import Hook
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.patches import json_patch
from keyferry.lab.kubernetes.patches.errors import PatchError
from keyferry.lab.kubernetes.resources import Resource

Settle = Callable[[Object], None]  # does in place what the server's own plugins do to a new object


def mutate(asked: Attributes, new: Object | None, old: Object | None, settle: Settle) -> Review[Object | None]:
    """Return the object as the webhooks want it; `new` itself stays as it is. StatusError where one refuses.

    `settle` completes an object that a webhook changed.
    """
    known = [] if matching.is_exempt(asked) else hooks.of(asked.world.store, hooks.MUTATING)
    if not known:
        return new
    rounds = _Rounds(asked, old, settle)
    document = yield from rounds.first(known, new)
    return (yield from rounds.second(known, document))


class _Rounds:
    """What was asked and changed so far."""

    def __init__(self, asked: Attributes, old: Object | None, settle: Settle) -> None:
        self._asked = asked
        self._old = old
        self._settle = settle
        self._willing: set[tuple[str, int]] = set()  # asked, to be asked again should anything change
        self._again: set[tuple[str, int]] = set()

    def first(self, known: list[Hook], document: Object | None) -> Review[Object | None]:
        """Ask every webhook that the write concerns."""
        for hook in known:
            document = yield from self._turn(hook, document)
        return document

    def second(self, known: list[Hook], document: Object | None) -> Review[Object | None]:
        """Ask those again that others changed the object after."""
        for hook in [one for one in known if one.key in self._again]:
            document = yield from self._turn(hook, document)
        return document

    def _turn(self, hook: Hook, document: Object | None) -> Review[Object | None]:
        seen = matching.seen_as(hook, self._asked, document, self._old)
        if seen is None:
            return document
        changed = yield from _asked_once(hook, self._asked, seen, (document, self._old))
        if changed is not None:
            self._settle(changed)
            self._again |= self._willing
            self._willing = set()
        if hook.is_reinvoked:
            self._willing.add(hook.key)
        return document if changed is None else changed


def _asked_once(
    hook: Hook, asked: Attributes, seen: Resource, pair: tuple[Object | None, Object | None]
) -> Review[Object | None]:
    """Return the object that the webhook makes of it, None where it changes nothing."""
    put = calling.question(hook, asked, seen, pair)
    heard: Heard = Unreachable(why=put.nowhere)
    if put.ask is not None:
        (heard,) = yield (put.ask,)
    found = calling.judged(put, heard, asked, mutating=True)
    if found is None or not found.patch:
        return None
    shown = review.converted_to(seen, asked, pair[0])
    if shown is None:
        why = f'admission webhook "{hook.name}" attempted to modify the object'
        raise refusals.internal(f"{why}, which is not supported for this operation")
    try:
        patched = json_patch.apply(shown, list(found.patch))
    except PatchError as refusal:
        raise refusals.internal(refusal.message) from refusal
    if not isinstance(objects.dig(patched, "metadata"), dict):
        raise refusals.internal("the patched object has no metadata")
    return review.converted_back(seen, asked, patched)
