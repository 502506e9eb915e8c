"""One job of a long-running process: what it watches, what it reconciles, what it tells of itself."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from prometheus_client.registry import Collector

from keyferry.kube.controller.loop import Controller
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A controller, the keys that it is there for, and what each belongs to: objects of one token have one worker."""

    controller: Controller
    keys: Callable[[], Iterable[Key]]
    token: Callable[[Key], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a process runs. `always` goes on from the start, `working` while this replica works; each until cancelled.

    Nothing is reconciled before every reflector of every part has listed.
    """

    reflectors: tuple[Reflector[Any], ...] = ()
    work: tuple[Work, ...] = ()
    collectors: tuple[Collector, ...] = ()
    always: tuple[Callable[[], Awaitable[None]], ...] = ()
    working: tuple[Callable[[], Awaitable[None]], ...] = ()
