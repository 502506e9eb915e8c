"""Rotation policies of keys, and what they bring about as time goes on.

https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation
https://learn.microsoft.com/rest/api/keyvault/keys/update-key-rotation-policy/update-key-rotation-policy
"""

from typing import Any, Final

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault import shapes
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.key import Key, KeyVersion, RotationAction, RotationPolicy
from keyferry.lab.azure.keyvault.keys import durations, making
from keyferry.lab.azure.keyvault.vault import Vault

SHORTEST_LIFE_DAYS: Final = 28
SHORTEST_WAIT_DAYS: Final = 7
NOTIFY: Final = RotationAction(kind="Notify", before_expiry="P30D")  # always there, and not to be changed


def parse(body: Body) -> RotationPolicy:
    """Return the policy that the body asks for. RefusedError names what is wrong."""
    said = body.inner("attributes")
    expiry = said.text("expiryTime") or ""
    if expiry and durations.days(expiry) < SHORTEST_LIFE_DAYS:
        raise said.refusal("expiryTime", f"it is no ISO 8601 duration of at least {SHORTEST_LIFE_DAYS} days")
    actions = tuple(_action(each, expiry) for each in body.each("lifetimeActions"))
    kinds = [action.kind for action in actions]
    if len(set(kinds)) < len(kinds):
        raise body.refusal("lifetimeActions", "an action is there twice")
    return RotationPolicy(actions=actions, expiry=expiry)


def shape(vault: Vault, key: Key) -> dict[str, Any]:
    """Return the policy of a key; one that was never set has the service's notification alone."""
    policy = key.rotation
    created = next(iter(key.versions.values())).attributes.created
    actions = policy.actions
    if not any(action.kind == "Notify" for action in actions):
        actions += (NOTIFY,)
    attributes: dict[str, Any] = {"expiryTime": policy.expiry} if policy.expiry else {}
    attributes["created"] = policy.created or created
    attributes["updated"] = policy.updated or created
    return {
        "id": shapes.address(vault, "keys", key.name, "rotationpolicy"),
        "lifetimeActions": [_action_shape(action) for action in actions],
        "attributes": attributes,
    }


def rotate(moment: Moment, key: Key) -> KeyVersion:
    """Make a new version like the latest, whose life is as long as the policy says."""
    old = key.latest
    spec = private_keys.spec_of(private_keys.load(old.pem)) or ""
    now = moment.seconds
    expiry = key.rotation.expiry
    made = making.version(
        moment.sources.hex_id(),
        moment.sources.private_key(spec),
        Attributes(created=now, updated=now, expires=durations.after(now, expiry) if expiry else None),
        hsm=old.type.endswith("-HSM"),
        operations=old.operations,
        tags=old.tags,
    )
    making.add(moment, key, made)
    return made


def rotate_due(moment: Moment) -> None:
    """Rotate each key whose policy says that its time has come, once, however long ago that was."""
    for key in tuple(moment.vault.objects.keys.live.values()):
        if key.rotation.actions and _is_due(key, moment.seconds):
            rotate(moment, key)


def _is_due(key: Key, now: int) -> bool:
    latest = key.latest.attributes
    for action in key.rotation.actions:
        if action.kind != "Rotate":
            continue
        if action.after_create and durations.after(latest.created, action.after_create) <= now:
            return True
        if action.before_expiry and latest.expires and durations.before(latest.expires, action.before_expiry) <= now:
            return True
    return False


def _action(body: Body, expiry: str) -> RotationAction:
    word = body.inner("action").required("type").capitalize()
    trigger = body.inner("trigger")
    after, before = trigger.text("timeAfterCreate") or "", trigger.text("timeBeforeExpiry") or ""
    if word not in ("Rotate", "Notify"):
        raise body.inner("action").refusal("type", "it is neither Rotate nor Notify")
    if bool(after) == bool(before) or (word == "Notify" and after):
        raise trigger.refusal("timeBeforeExpiry", "one of the two times is needed, and this one for Notify")
    if durations.days(after or before) < SHORTEST_WAIT_DAYS:
        name = "timeAfterCreate" if after else "timeBeforeExpiry"
        raise trigger.refusal(name, f"it is no ISO 8601 duration of at least {SHORTEST_WAIT_DAYS} days")
    if word == "Rotate" and before and not expiry:
        raise trigger.refusal("timeBeforeExpiry", "it needs attributes.expiryTime")
    return RotationAction(kind=word, after_create=after, before_expiry=before)


def _action_shape(action: RotationAction) -> dict[str, Any]:
    trigger = (
        {"timeAfterCreate": action.after_create} if action.after_create else {"timeBeforeExpiry": action.before_expiry}
    )
    return {"trigger": trigger, "action": {"type": action.kind}}
