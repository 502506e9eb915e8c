"""Subscriptions as they come, are validated and go. Changes `State`; sends nothing."""

from collections.abc import Iterator
from datetime import datetime

from keyferry.lab.azure.eventgrid import handshake
from keyferry.lab.azure.eventgrid.definition import Definition
from keyferry.lab.azure.eventgrid.handshake import Agreed, ByHand, Declined
from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.eventgrid.state import Handshake, Operation, Progress, Provisioning, State, Subscription
from keyferry.lab.azure.sources import Sources

REMEMBERED_OPERATIONS = 500


class Subscriptions:
    """The subscriptions of all vaults, by ARM id without regard to case."""

    def __init__(self, state: State, chance: Sources) -> None:
        self._state = state
        self._chance = chance

    def get(self, resource_id: str) -> Subscription | None:
        """Return the subscription with this ARM id."""
        return self._state.subscriptions.get(resource_id.lower())

    def of(self, source_id: str) -> Iterator[Subscription]:
        """Yield the subscriptions to this vault's events."""
        wanted = source_id.lower()
        return (each for each in tuple(self._state.subscriptions.values()) if each.source.lower() == wanted)

    def put(self, resource_id: str, source: Source, definition: Definition, now: datetime) -> Operation:
        """Create or update, and return the operation that tells how that goes.

        A new endpoint is asked first; until it agrees, a subscription that is in force stays as it was.
        """
        known = self.get(resource_id)
        operation = self._operation(resource_id, source, now)
        if known is not None and known.live and _same_endpoint(known.definition, definition):
            self._cancel(known, now)
            known.definition = definition
            known.provisioning = Provisioning.SUCCEEDED
            _end(operation, Progress.SUCCEEDED, now)
            return operation
        if known is None or not known.live:
            self.remove(resource_id, now)
            known = _new(resource_id, source, definition, now)
            self._state.subscriptions[resource_id.lower()] = known
        else:
            self._cancel(known, now)
            known.provisioning = Provisioning.UPDATING
        known.handshake = Handshake(
            code=self._chance.guid().upper(),
            token=self._chance.text(40),
            operation=operation.id,
            definition=definition,
            deadline=now + handshake.ANSWER_TIME,
        )
        return operation

    def plant(self, resource_id: str, source: Source, definition: Definition, now: datetime) -> None:
        """Let a subscription be there as if its endpoint had agreed long ago."""
        known = _new(resource_id, source, definition, now)
        known.live, known.provisioning = True, Provisioning.SUCCEEDED
        self._state.subscriptions[resource_id.lower()] = known

    def settle(self, subscription: Subscription, outcome: Agreed | ByHand | Declined, now: datetime) -> None:
        """Take in what the endpoint, or somebody at the callback, answered. There must be a handshake."""
        asked = subscription.handshake
        assert asked is not None, "only what was asked can be answered"
        if isinstance(outcome, ByHand):
            subscription.provisioning = Provisioning.AWAITING_MANUAL_ACTION
            asked.deadline = now + handshake.MANUAL_TIME
            return
        subscription.handshake = None
        operation = self._state.operations.get(asked.operation)
        if isinstance(outcome, Agreed):
            subscription.definition = asked.definition
            subscription.live = True
            _end(operation, Progress.SUCCEEDED, now)
        else:
            _end(operation, Progress.FAILED, now, handshake.FAILURE_CODE, outcome.why)
        subscription.provisioning = Provisioning.SUCCEEDED if subscription.live else Provisioning.FAILED

    def lapse(self, subscription: Subscription, now: datetime) -> None:
        """Take in that the time for an answer is over."""
        by_hand = subscription.provisioning is Provisioning.AWAITING_MANUAL_ACTION
        why = "Nobody opened the validation URL in time." if by_hand else "The validation request was not answered."
        self.settle(subscription, Declined(why=why), now)

    def remove(self, resource_id: str, now: datetime) -> bool:
        """Forget the subscription and what is on its way to it, and tell whether there was one."""
        gone = self._state.subscriptions.pop(resource_id.lower(), None)
        if gone is None:
            return False
        self._cancel(gone, now)
        for key in [key for key, each in self._state.outgoing.items() if each.subscription == gone.id.lower()]:
            del self._state.outgoing[key]
        return True

    def _cancel(self, subscription: Subscription, now: datetime) -> None:
        if subscription.handshake is not None:
            _end(self._state.operations.get(subscription.handshake.operation), Progress.CANCELED, now)
            subscription.handshake = None

    def _operation(self, resource_id: str, source: Source, now: datetime) -> Operation:
        operation = Operation(
            id=self._chance.guid(), subscription_id=resource_id.split("/")[2], location=source.location, started=now
        )
        self._state.operations[operation.id] = operation
        while len(self._state.operations) > REMEMBERED_OPERATIONS:
            del self._state.operations[next(iter(self._state.operations))]
        return operation


def _new(resource_id: str, source: Source, definition: Definition, now: datetime) -> Subscription:
    return Subscription(
        id=resource_id,
        name=resource_id.rpartition("/")[2],
        source=source.id,
        location=source.location,
        callback_host=source.callback_host,
        created=now,
        definition=definition,
    )


def _same_endpoint(old: Definition, new: Definition) -> bool:
    was, is_now = old.destination, new.destination
    return (was.url, was.tenant_id, was.audience, old.schema) == (
        is_now.url,
        is_now.tenant_id,
        is_now.audience,
        new.schema,
    )


def _end(operation: Operation | None, progress: Progress, now: datetime, code: str = "", message: str = "") -> None:
    """End an operation, unless it is too old to be remembered."""
    if operation is not None:
        operation.progress, operation.ended = progress, now
        operation.code, operation.message = code, message
