"""How often a vault is asked: by one object, and by all that are known together. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from keyferry.advice import parts
from keyferry.advice.rule import Check, Document, Rule, Severity
from keyferry.advice.rule import Finding as Found
from keyferry.advice.surroundings import Refreshes, Surroundings
from keyferry.model.errors import SpecError
from keyferry.model.wellknown import ES_GROUP
from keyferry.spec import durations

_LEAST: Final = timedelta(minutes=1)
_WAY: Final = {
    "ExternalSecret": ("spec",),
    "ClusterExternalSecret": ("spec", "externalSecretSpec"),
    "PushSecret": ("spec",),
    "ClusterPushSecret": ("spec", "pushSecretSpec"),
}
# https://learn.microsoft.com/azure/key-vault/general/service-limits: of one vault in one region, for everybody together
_BUDGET: Final = 4000
_PERIOD_SECONDS: Final = 10
_SHARE: Final = 4  # beyond a quarter: reads come in bursts, and the vault has other users
_A_PAGE: Final = 25  # secrets that one list request of the feed tells of

_EXAMPLE: Final = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: apps}
spec:
  refreshInterval: 1h
  secretStoreRef: {name: key-vault}
  data:
    - secretKey: PASSWORD
      remoteRef: {key: db-password}
"""
OFTEN: Final = Rule(
    name="refresh-interval",
    title="A refreshInterval under a minute",
    severity=Severity.WARNING,
    why=(
        "Every refresh may ask the vault for every key. Some hundred objects that do so each half minute use up what a"
        " vault answers, and then it answers 429 to everybody who uses it."
    ),
    remedy="write 1h, or 5m where a change must arrive soon; Event Grid tells keyferry of changes at once",
    example=_EXAMPLE,
    source="https://learn.microsoft.com/azure/key-vault/general/overview-throttling",
)
BUDGET: Final = Rule(
    name="vault-budget",
    title="More reads of one vault than its limits bear",
    severity=Severity.WARNING,
    why=(
        "A vault answers 4,000 transactions in 10 seconds, for everybody together, and 429 beyond. All intervals of the"
        " ExternalSecrets that read from it are summed up here, as if each key were a request of its own."
    ),
    remedy="write longer intervals, or use several vaults",
    example=_EXAMPLE,
    source="https://learn.microsoft.com/azure/key-vault/general/service-limits",
)


def _find_often(document: Document, _: Surroundings) -> Iterator[Found]:
    way = _WAY.get(parts.text(document, "kind"))
    if way is None or not parts.text(document, "apiVersion").startswith(f"{ES_GROUP}/"):
        return
    interval = _duration(parts.text(document, *way, "refreshInterval"))
    policy = parts.text(document, *way, "refreshPolicy")
    if policy in {"", "Periodic"} and timedelta(0) < interval < _LEAST:
        times = round(timedelta(hours=1) / interval)
        message = f"is {durations.render(interval)}: up to {times:,} reads an hour for each key"
        yield OFTEN.found(f"{'.'.join(way)}.refreshInterval", message)


def _duration(text: str) -> timedelta:
    """What is no duration is another rule's."""
    try:
        return durations.parse(text)
    except SpecError:
        return timedelta(0)


def _find_beyond_budget(document: Document, surroundings: Surroundings) -> Iterator[Found]:
    namespace, store = parts.namespace(document), parts.mapping(document, "spec", "secretStoreRef")
    name = parts.text(store, "name")
    if not name:
        return
    known = surroundings.refreshes(namespace, name, parts.text(store, "kind") or "SecretStore")
    if known is None or known.told_by not in {"", f"{namespace}/{parts.name(document)}"}:
        return
    reads = known.reads_a_second * _PERIOD_SECONDS
    if reads * _SHARE > _BUDGET:
        yield BUDGET.found("spec.secretStoreRef", _told(known, round(reads)))


def _told(known: Refreshes, reads: int) -> str:
    return (
        f"its vault is asked for {known.keys:,} keys by {known.objects:,} ExternalSecrets: {reads:,} reads in"
        f" {_PERIOD_SECONDS} s were each key a request (keyferry's feed: {_A_PAGE} keys each), of {_BUDGET:,} in all"
    )


CHECKS: Final = (
    Check(rule=OFTEN, kinds=frozenset(_WAY), find=_find_often),
    Check(rule=BUDGET, kinds=frozenset({"ExternalSecret"}), find=_find_beyond_budget),
)
