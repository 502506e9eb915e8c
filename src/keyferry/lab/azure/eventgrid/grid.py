"""Event Grid as one state machine: what happens, what is due, what came of it. Instants are arguments.

Called by Key Vault (`published`), by ARM (`subscriptions`, `operation`), and by `lab.serve.events`, which carries out
what `take` returns and reports it with `answered`.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from keyferry.lab.azure.eventgrid import events, filters, handshake, outbox, records, retry
from keyferry.lab.azure.eventgrid.bearer import Tokens
from keyferry.lab.azure.eventgrid.catalogue import Catalogue
from keyferry.lab.azure.eventgrid.delivery import Attempt, DeadLetter, Delivery, Kind
from keyferry.lab.azure.eventgrid.handshake import Agreed
from keyferry.lab.azure.eventgrid.knobs import Knobs
from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.eventgrid.state import Event, Operation, Outgoing, Planned, State, Subscription
from keyferry.lab.azure.eventgrid.subscriptions import Subscriptions
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Response

REMEMBERED: Final = 1000
AGAIN_AFTER: Final = timedelta(seconds=1)  # a duplicate follows what it repeats


class EventGrid:
    """All subscriptions to all vaults. `knobs` may be replaced at any time; `state` is all that must survive."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        tokens: Tokens,
        chance: Sources,
        knobs: Knobs | None = None,
        state: State | None = None,
    ) -> None:
        self.knobs = knobs or Knobs()
        self.state = state or State()
        self.tokens = tokens
        self.subscriptions = Subscriptions(self.state, chance)
        self._catalogue = catalogue
        self._chance = chance
        self._in_flight: set[str] = set()  # ids of outgoing events and codes of handshakes; a restart forgets them
        self._attempts: deque[Attempt] = deque(maxlen=REMEMBERED)
        self._given_up: deque[DeadLetter] = deque(maxlen=REMEMBERED)
        self._wake: Callable[[], None] = _nothing

    def on_change(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever something may have become due earlier than `next_due` said."""
        self._wake = wake

    def changed(self) -> None:
        """Wake who delivers: something may be due now."""
        self._wake()

    def published(self, news: News) -> None:
        """Take in a new version: tell it, and plan what its expiry brings."""
        source = self._catalogue.source(news.vault)
        if source is None or not any(self.subscriptions.of(source.id)):
            return
        event = events.new_version(source, news, self._chance.guid)
        self.state.current[events.object_key(event)] = news.version
        for each in self._expiry(source, news):
            self.state.planned[each.event.id] = each
        self._tell(event, news.at, news.at)

    def access_policy_changed(self, vault: str, now: datetime) -> None:
        """Tell that the vault's access policies, or its choice between them and roles, changed."""
        source = self._catalogue.source(vault)
        if source is not None:
            self._tell(events.policy_changed(source, now, self._chance.guid), now, now)

    def source_removed(self, source_id: str, now: datetime) -> None:
        """Forget everything about a deleted vault; recovering it does not bring its subscriptions back."""
        wanted = source_id.lower()
        for each in tuple(self.subscriptions.of(source_id)):
            self.subscriptions.remove(each.id, now)
        for topic in [key for key, each in self.state.topics.items() if each.source.lower() == wanted]:
            del self.state.topics[topic]
        for event in [key for key, each in self.state.planned.items() if each.event.topic.lower() == wanted]:
            del self.state.planned[event]
        for known in [key for key in self.state.current if key.startswith(f"{wanted}/")]:
            del self.state.current[known]

    def operation(self, operation_id: str) -> Operation | None:
        """Return the operation of ARM with this id."""
        return self.state.operations.get(operation_id.lower())

    def next_due(self, now: datetime) -> datetime | None:
        """Return when `take` or `dead_letters` will have something, None for never as things are."""
        return min((max(each, now) for each in self._instants(now)), default=None)

    def take(self, now: datetime) -> list[Delivery]:
        """Return the requests to make now. Each must be reported once with `answered`."""
        self.advance(now)
        deliveries = list(self._handshakes(now))
        for subscription in self.state.subscriptions.values():
            for group in outbox.batches(subscription, self._due(subscription, now)):
                self._in_flight.update(each.id for each in group)
                deliveries.append(outbox.delivery(subscription, group, self.tokens, now))
        return deliveries

    def answered(self, delivery: Delivery, response: Response | None, now: datetime) -> None:
        """Take in what came of a request; None is no answer in time, or no connection."""
        subscription = self.state.subscriptions.get(delivery.subscription)
        if delivery.kind is Kind.NOTIFICATION:
            self._in_flight.difference_update(delivery.outgoing)
            group = [each for key in delivery.outgoing if (each := self.state.outgoing.get(key)) is not None]
            if subscription is not None and group:
                self._delivered(subscription, group, response, now)
            return
        self._in_flight.discard(delivery.code)
        asked = None if subscription is None else subscription.handshake
        if subscription is not None and asked is not None and asked.code == delivery.code:
            outcome = handshake.judge(subscription, asked, response)
            address = asked.definition.destination.base_url
            self.subscriptions.settle(subscription, outcome, now)
            status = None if response is None else response.status
            self._attempts.append(records.asked(subscription, address, outcome, status, now))

    def confirm(self, name: str, code: str, token: str, now: datetime) -> bool:
        """Take in that somebody opened a validation URL, and tell whether it was a good one."""
        self.advance(now)
        for each in self.state.subscriptions.values():
            asked = each.handshake
            if asked is None or each.name.lower() != name.lower():
                continue
            if (asked.code, asked.token) == (code.upper(), token):
                self.subscriptions.settle(each, Agreed(), now)
                self.changed()
                return True
        return False

    def advance(self, now: datetime) -> None:
        """Let happen what time alone brings, until `now`."""
        for subscription in tuple(self.state.subscriptions.values()):
            asked = subscription.handshake
            if asked is not None and asked.deadline <= now and asked.code not in self._in_flight:
                self.subscriptions.lapse(subscription, now)
            ends = subscription.definition.expires
            if ends is not None and ends <= now:
                self.subscriptions.remove(subscription.id, now)
        ripe = [each for each in self.state.planned.values() if each.event.time <= now]
        for each in sorted(ripe, key=lambda one: one.event.time):
            del self.state.planned[each.event.id]
            self._ripen(each, now)

    def dead_letters(self, now: datetime) -> tuple[DeadLetter, ...]:
        """Return, and forget, the events whose time to be written to a dead letter container has come."""
        ripe = [each for each in self.state.outgoing.values() if each.dead and each.due <= now]
        letters = tuple(records.given_up(self.state.subscriptions[each.subscription], each, now) for each in ripe)
        for each in ripe:
            del self.state.outgoing[each.id]
        self._given_up.extend(letters)
        return tuple(each for each in letters if each.kept)

    def deliveries(self) -> tuple[Attempt, ...]:
        """Return the last attempts, the oldest first."""
        return tuple(self._attempts)

    def given_up(self) -> tuple[DeadLetter, ...]:
        """Return the last events that were given up, the oldest first."""
        return tuple(self._given_up)

    def _expiry(self, source: Source, news: News) -> tuple[Planned, ...]:
        if news.expires is None:
            return ()
        return events.planned(source, news, self._catalogue.nearing(news, news.expires), self._chance.guid)

    def _ripen(self, planned: Planned, now: datetime) -> None:
        """Tell a planned event, unless its version is gone or ends at another time by now."""
        told = events.news_of(planned)
        news = replace(told, expires=self._catalogue.expires(told))
        source = self._catalogue.source(news.vault)
        if source is not None and news.expires != told.expires:
            moved = [each for each in self._expiry(source, news) if each.event.type == planned.event.type]
            self.state.planned |= {each.event.id: each for each in moved}
        elif not planned.current_only or self.state.current.get(events.object_key(planned.event)) == news.version:
            self._tell(planned.event, planned.made, now)

    def _tell(self, event: Event, made: datetime, now: datetime) -> None:
        """Put the event on its way to everyone who wants it and had subscribed when `made`."""
        for each in self.subscriptions.of(event.topic):
            wants = filters.wants(each.definition.filter, event, each.definition.schema)
            if each.live and each.created <= made and wants:
                self._post(each, event, now)
        self.changed()

    def _post(self, subscription: Subscription, event: Event, now: datetime) -> None:
        self.state.published += 1
        number, every = self.state.published, self.knobs.duplicate_every
        posted = Outgoing(
            id=self._chance.guid(),
            number=number,
            subscription=subscription.id.lower(),
            event=event,
            published=now,
            due=now,
            again=every > 0 and number % every == 0,
        )
        self.state.outgoing[posted.id] = posted

    def _handshakes(self, now: datetime) -> Iterator[Delivery]:
        for subscription in self.state.subscriptions.values():
            asked = subscription.handshake
            if asked is not None and not asked.sent:
                asked.sent = True
                self._in_flight.add(asked.code)
                yield handshake.request(subscription, asked, self.tokens, now)

    def _due(self, subscription: Subscription, now: datetime) -> list[Outgoing]:
        """Return what is to be tried now; what is too old for that is given up."""
        key = subscription.id.lower()
        due = []
        for each in self.state.outgoing.values():
            if each.subscription != key or each.dead or each.due > now or each.id in self._in_flight:
                continue
            if each.attempts and retry.expiry(each, subscription.definition) <= now:
                self._give_up(subscription, each, retry.TOO_OLD, now)
            else:
                due.append(each)
        return sorted(due, key=lambda one: one.number, reverse=self.knobs.unordered)

    def _delivered(
        self, subscription: Subscription, group: list[Outgoing], response: Response | None, now: datetime
    ) -> None:
        """All of a batch share one answer."""
        status = None if response is None else response.status
        following: datetime | None = None
        for each in group:
            each.attempts += 1
            each.last_attempt, each.outcome = now, retry.outcome(status)
            verdict = retry.verdict(each, status, subscription.definition, now, self.knobs.schedule)
            if isinstance(verdict, retry.Again):
                each.due = following = verdict.at
            elif isinstance(verdict, retry.Dead):
                self._give_up(subscription, each, verdict.reason, now)
            else:
                self._done(each, now)
        self._attempts.append(records.notified(subscription, group, status, now, following))

    def _done(self, delivered: Outgoing, now: datetime) -> None:
        if delivered.again:
            delivered.again, delivered.due = False, now + AGAIN_AFTER
        else:
            del self.state.outgoing[delivered.id]

    def _give_up(self, subscription: Subscription, lost: Outgoing, reason: str, now: datetime) -> None:
        kept = subscription.definition.dead_letter is not None
        lost.dead, lost.due = reason, now + retry.DEAD_LETTER_DELAY if kept else now

    def _instants(self, now: datetime) -> Iterator[datetime]:
        for each in self.state.subscriptions.values():
            asked = each.handshake
            if asked is not None and asked.code not in self._in_flight:
                yield asked.deadline if asked.sent else now
            if each.definition.expires is not None:
                yield each.definition.expires
        yield from (each.event.time for each in self.state.planned.values())
        yield from (each.due for each in self.state.outgoing.values() if each.id not in self._in_flight)


def _nothing() -> None:
    """Nobody waits."""
