"""One feed at work: reads, passes and lists of one (vault, identity, kind). Called by vault.feeds.

vault.feed decides, this does. Passes and reads are tasks of their own: a caller who is cancelled leaves them to the
others, and one that fails leaves nothing behind but its error.
"""

import asyncio
from datetime import timedelta
from typing import Final

from keyferry.model.errors import GrantError, KeyferryError, NotFound, RoleMissing, SecretAbsent, Throttled
from keyferry.model.secrets import SecretBundle, SecretName, SecretRef, SecretVersion
from keyferry.vault.activity import Activity
from keyferry.vault.entry import Entry, Held, Refused
from keyferry.vault.errors import Asked, retold
from keyferry.vault.feed import Feed, Inventory
from keyferry.vault.interest import Interest
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began, Need, within
from keyferry.vault.passed import Gathering, Passed
from keyferry.vault.reads import Reads
from keyferry.vault.sent import Sent
from keyferry.vault.surroundings import Source, Surroundings
from keyferry.vault.tasks import Tasks
from keyferry.vault.throttle import Priority
from keyferry.vault.verified import Listing, Verified

GATHER_SECONDS: Final = 0.02  # so long a pass waits for others who want to share it
MOST_PAGES: Final = 10_000  # 250,000 objects: beyond it a list is taken to run in circles


class Passes:
    """Answers what is asked of one feed. Not thread-safe; one event loop owns it."""

    def __init__(self, source: Source, around: Surroundings) -> None:
        self.feed = Feed()
        self.interest = Interest()
        self.last_pass: Moment | None = None
        self._source = source
        self._around = around
        self._reads: Reads[SecretRef, Verified] = Reads(self._new_sent)
        self._gathering: Gathering | None = None
        self._listing: asyncio.Task[Passed] | None = None
        self._listing_sent = self._new_sent()
        self._next_list: asyncio.Task[Passed] | None = None
        self._tasks = Tasks()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is tracked, wanted or under way."""
        busy = len(self._tasks) or len(self._reads) or len(self.feed)
        return not busy and not self.interest.is_alive(self._around.now())

    async def read(self, ref: SecretRef, interval: timedelta | None, *, fresh: bool) -> Verified:
        """Return the object no older than `interval`, from memory where half of that has not passed.

        `fresh`: no older than this call. Without an interval it is read, and not tracked.
        """
        now = self._around.now()
        if interval is None:
            return await self._read(ref, self._need(None, now, fresh=fresh))
        entry = self.feed.asked(ref, interval, now)
        is_here = isinstance(entry.known, Refused) or self._around.held(ref) is not None
        if is_here and not fresh and entry.counts(interval, now):
            self._around.count(Activity.FROM_MEMORY)
            return self._told(entry)
        need = self._need(interval, now, fresh=fresh, order=entry.order + 1)
        if is_here and entry.waits_for_pass:
            return await self._by_pass(ref, need)
        return await self._read(ref, need)

    async def list_all(self, interval: timedelta | None, *, fresh: bool) -> Listing:
        """Return all properties no older than `interval`, as `read` does; the list also verifies what is tracked."""
        now = self._around.now()
        if interval is not None:
            self.interest.asked(interval, now)
            held = None if fresh else self.interest.held(interval, now)
            if held is not None:
                self._around.count(Activity.FROM_MEMORY)
                return Listing(properties=held[0], at=held[1].instant(now))
        listing = self._listing_for(self._need(interval, now, fresh=fresh))
        if listing is not None:
            passed = await asyncio.shield(listing)
            if passed.is_whole:
                return passed.listing(self._around.place, self._around.now())
        if self._next_list is None:
            self._next_list = self._tasks.start(self._whole())
        passed = await asyncio.shield(self._next_list)
        return passed.listing(self._around.place, self._around.now())

    async def look(self) -> None:
        """Verify by one pass all that is tracked, unless lists are refused. Failures are left to those who ask."""
        if not self.feed.choice.is_barred(self._around.now()):
            passes = {self._pass_for(entry.ref, Need(order=entry.order + 1)) for entry in self.feed.waiting()}
            await asyncio.gather(*(asyncio.shield(task) for task in passes), return_exceptions=True)

    def woken(self, name: SecretName, version: SecretVersion) -> Activity:
        """Take in an event: read at once what it tells of, for all who ask for it. Returns what became of it."""
        due = self.feed.changed(name, version)
        if due == ():
            return Activity.EVENT_IGNORED
        if due is None and not self.interest.is_alive(self._around.now()):
            return Activity.EVENT_UNKNOWN
        self.interest.doubted()
        if due is None:
            self._around.tell(self._around.place.ref(name))
        for ref in due or ():
            need = Need(order=self.feed.next_order())
            self._tasks.start(self._follow(ref, self._join(ref, need, Priority.REFRESH)))
        return Activity.EVENT_USED

    def drop_forgotten(self) -> None:
        """Let go what nobody has asked for in a few intervals, values first of all."""
        for ref in self.feed.drop(self._around.now()):
            self._around.keep(ref, None)

    async def aclose(self) -> None:
        """Cancel what is under way, and wait for it to end."""
        await self._tasks.aclose()
        await self._reads.aclose()

    def _need(self, interval: timedelta | None, now: Moment, *, fresh: bool, order: int = 0) -> Need:
        if fresh:
            return Need(order=self.feed.next_order(), is_fresh=True)
        return Need() if interval is None else within(interval, now, order)

    async def _by_pass(self, ref: SecretRef, need: Need) -> Verified:
        """Wait for a pass, the one under way where that will do, and for the read of `ref` if it brings one."""
        try:
            passed = await asyncio.shield(self._pass_for(ref, need))
        except KeyferryError as refusal:
            failure = refusal
        else:
            return await self._from_pass(ref, need, passed)
        if isinstance(failure, RoleMissing) or self.feed.choice.is_barred(self._around.now()):
            return await self._read(ref, need)
        raise retold(failure, self._asked(None), self._asked(ref))

    async def _from_pass(self, ref: SecretRef, need: Need, passed: Passed) -> Verified:
        if ref in passed.flights:
            return await asyncio.shield(passed.flights[ref])
        entry = self.feed.entry(ref)
        if entry is None or not entry.meets(need):
            return await self._read(ref, need)
        if isinstance(entry.known, Refused) or self._around.held(ref) is not None:
            return self._told(entry)
        return await self._read(ref, need)

    def _asked(self, ref: SecretRef | None) -> Asked:
        place = self._around.place
        return Asked(identity=place.identity, vault_url=place.vault_url, ref=ref, kind=place.kind)

    def _listing_for(self, need: Need) -> "asyncio.Task[Passed] | None":
        """Return the list under way if it began late enough; one that is about to begin does in any case."""
        if self._listing is None:
            return self._next_list
        return self._listing if need.is_met(self._listing_sent.first) else None

    def _pass_for(self, ref: SecretRef, need: Need) -> "asyncio.Task[Passed]":
        listing = self._listing_for(need)
        if listing is not None:
            return listing
        if self._gathering is None:
            self._gathering = Gathering()
            self._gathering.task = self._tasks.start(self._gathered(self._gathering))
        needs = self._gathering.needs
        needs[ref] = need.merged(needs.get(ref))
        return self._gathering.task

    async def _gathered(self, gathering: Gathering) -> Passed:
        try:
            await asyncio.sleep(GATHER_SECONDS)
            most_pages = self._most_pages(gathering)
            if most_pages and self._listing is not None:
                await self._turn()
                most_pages = self._most_pages(gathering)
        finally:
            self._gathering = None
        if most_pages:
            return await self._list(most_pages, Priority.REFRESH)
        self._around.count(Activity.PASS_BY_READS)
        began = self._begin()
        self.last_pass = began.at
        flights = {
            ref: self._join(ref, need, self._priority(ref, need))
            for ref, need in gathering.needs.items()
            if not self._is_met(ref, need)  # by a list that somebody wanted meanwhile
        }
        return Passed(began=began, flights=flights)

    def _is_met(self, ref: SecretRef, need: Need) -> bool:
        entry = self.feed.entry(ref)
        return entry is not None and entry.meets(need)

    def _most_pages(self, gathering: Gathering) -> int:
        return self.feed.most_pages(gathering.needs, self._around.now(), is_listing=self._listing is not None)

    async def _whole(self) -> Passed:
        try:
            await self._turn()
        finally:
            self._next_list = None
        passed = await self._list(MOST_PAGES, self._around.priority(None))
        self._around.was_answered(None)
        return passed

    async def _turn(self) -> None:
        while self._listing is not None:
            await asyncio.wait({self._listing})

    async def _list(self, most_pages: int, priority: Priority) -> Passed:
        """List; only when no other list is under way. What it cannot tell is read at once."""
        sent = self._listing_sent = self._new_sent()
        self._listing = asyncio.current_task()
        try:
            inventory = await self._source.list_all(priority, most_pages, sent)
        except RoleMissing:
            self.feed.choice.refused(self._around.now())
            raise
        except KeyferryError as error:
            if not isinstance(error, Throttled):
                self.feed.choice.failed(self._around.now())
            raise
        finally:
            self._listing = None
        return self._took(inventory, sent.as_list())

    def _took(self, inventory: Inventory, began: Began) -> Passed:
        now = self._around.now()
        self._around.count(Activity.PASS_BY_LIST)
        self.last_pass = began.at
        self.drop_forgotten()
        due = self.feed.listed(inventory, began, now)
        flights = {ref: self._join(ref, Need(order=began.order + 1), Priority.REFRESH) for ref in due}
        if inventory.whole:
            for name in self.interest.listed(inventory.properties, began.at, now):
                self._around.tell(self._around.place.ref(name))
        return Passed(began=began, flights=flights, inventory=inventory)

    async def _read(self, ref: SecretRef, need: Need) -> Verified:
        return await asyncio.shield(self._join(ref, need, self._priority(ref, need)))

    def _priority(self, ref: SecretRef, need: Need) -> Priority:
        """Return how urgent a read is: who needs what is there from now on has nothing yet to fall back on.

        What was refused is asked for again and again, so it does not go before what works.
        """
        entry = self.feed.entry(ref)
        if entry is None or entry.known is None:
            return Priority.FIRST_READ if need.is_fresh else self._around.priority(ref)
        return Priority.FIRST_READ if need.is_fresh and isinstance(entry.known, Held) else Priority.REFRESH

    def _join(self, ref: SecretRef, need: Need, priority: Priority) -> asyncio.Task[Verified]:
        return self._reads.join(ref, need, lambda sent: self._fly(ref, priority, sent))

    async def _fly(self, ref: SecretRef, priority: Priority, sent: Sent) -> Verified:
        try:
            bundle = await self._source.read(ref, priority, sent)
        except KeyferryError as error:
            self._note(ref, error, sent)
            raise
        self._note(ref, bundle, sent)
        return Verified(bundle=bundle, at=sent.as_read().at.instant(self._around.now()))

    def _note(self, ref: SecretRef, outcome: SecretBundle | KeyferryError, sent: Sent) -> None:
        """Keep a value, let one go that the vault refuses from now on, and tell of changes."""
        bundle = outcome if isinstance(outcome, SecretBundle) else None
        if ref not in self.feed:
            if bundle is not None or isinstance(outcome, NotFound | GrantError):
                self._around.was_answered(ref)
            return
        if bundle is not None or isinstance(outcome, SecretAbsent | GrantError):
            self._around.keep(ref, bundle)
        seen = outcome.properties if isinstance(outcome, SecretBundle) else outcome
        if self.feed.was_read(ref, seen, sent.as_read(), sent.vault_time):
            self._around.count(Activity.CHANGE_FOUND)
            self._around.tell(ref)

    async def _follow(self, ref: SecretRef, read: asyncio.Task[Verified]) -> None:
        """Wake the consumers where the read that an event asked for fails: they try again, and do not give up."""
        try:
            await asyncio.shield(read)
        except KeyferryError:
            self._around.tell(ref)

    def _told(self, entry: Entry) -> Verified:
        if isinstance(entry.known, Refused):
            raise entry.known.error.with_traceback(None)
        bundle = self._around.held(entry.ref)
        assert bundle is not None
        assert entry.since is not None
        return Verified(bundle=bundle, at=entry.since.instant(self._around.now()))

    def _begin(self) -> Began:
        return Began(order=self.feed.next_order(), at=self._around.now())

    def _new_sent(self) -> Sent:
        return Sent(self._begin)
