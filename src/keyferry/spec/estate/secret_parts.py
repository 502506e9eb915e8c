"""The secrets of one site as types: vault, alias and way of each, and whether they go together.

Called by site_parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keyferry.model.errors import foreign
from keyferry.spec import mount_paths
from keyferry.spec.estate import delivery, seen_names
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.sites import Consumption, Deliver, Delivery, ObjectType, SiteSecret
from keyferry.spec.schema import Complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What a site's secrets have that do not say otherwise. `vault` is "" where the site has none of its own."""

    vault: str
    consume: Consumption
    deliver: Deliver


def secrets(drafts: Sequence[Draft], manner: Manner, notes: Notes) -> tuple[SiteSecret, ...]:
    """Return the secrets, in the order of the file."""
    found = tuple(_secret(draft, manner, notes) for draft in drafts)
    _check_apart(drafts, found, notes)
    return found


def _secret(draft: Draft, manner: Manner, notes: Notes) -> SiteSecret:
    consume = Consumption(draft.text("consume", manner.consume))
    object_type = ObjectType(draft.text("type", ObjectType.SECRET))
    choice = delivery.choose(Deliver(draft.text("deliver", manner.deliver)), consume, object_type)
    if choice.problem:
        notes.add(draft, "", choice.problem, choice.remedy)
    alias = draft.text("as", draft.text("name"))
    if complaint := _complaint(draft, alias, consume, choice.delivery):
        notes.add(draft, _seen_by(draft), complaint.message, complaint.remedy)
    return SiteSecret(
        vault=draft.text("vault", manner.vault),
        name=draft.text("name"),
        alias=alias,
        type=object_type,
        version=draft.text("version"),
        consume=consume,
        delivery=choice.delivery,
        reason=choice.reason,
    )


def _complaint(draft: Draft, alias: str, consume: Consumption, chosen: Delivery) -> Complaint | None:
    if not alias or chosen is Delivery.FILES:
        return None
    is_env = consume is Consumption.ENV
    return seen_names.key(alias) or (seen_names.variable(alias, is_written=draft.has("as")) if is_env else None)


def _check_apart(drafts: Sequence[Draft], found: Sequence[SiteSecret], notes: Notes) -> None:
    """Whoever reads them must tell them apart, also on a file system or in a shell that does not mind case."""
    seen: dict[str, int] = {}
    for index, (draft, secret) in enumerate(zip(drafts, found, strict=True)):
        first = seen.setdefault(secret.alias.lower(), index)
        if secret.alias and first != index:
            message = f'is seen as "{secret.alias}", as secret {first + 1} of the site is'
            notes.add(draft, _seen_by(draft), message, "give one of them another name by `as`")
    paths = [secret.alias for secret in found]
    for index, other_index in mount_paths.clashes(paths):
        if paths[index] != paths[other_index]:
            message = f'cannot be beside "{foreign(paths[other_index])}": one is a folder of the other'
            notes.add(drafts[index], _seen_by(drafts[index]), message, "give one of them another name by `as`")


def _seen_by(draft: Draft) -> str:
    """Return the field that an application knows the secret by."""
    return "as" if draft.has("as") else "name"
