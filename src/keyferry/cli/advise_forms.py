"""What `keyferry advise` prints: paragraphs for people, JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from keyferry.cli.advice_forms import printable
from keyferry.cli.advise_answers import Answer
from keyferry.cli.advise_estates import Chosen
from keyferry.cli.advise_places import Place
from keyferry.cli.manifest_files import Unread
from keyferry.kube.yaml_lines import Place as Position
from keyferry.spec.estate.sites import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """A place of an object with its answer; `object` is its kind and name."""

    file: str
    position: Position
    kind: str
    namespace: str
    name: str
    place: Place
    answer: Answer

    @property
    def object(self) -> str:
        """The object's kind and name."""
        full_name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {full_name}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that there is to say."""

    advised: Sequence[Advised] = ()
    chosen: Sequence[Chosen] = ()
    unread: Sequence[Unread] = ()


def wish_lines(answer: Answer) -> Iterator[str]:
    """Yield the answer to a question without manifests."""
    choice = answer.choice
    if choice.problem:
        yield f"{choice.problem}. To mend it: {choice.remedy}"
        return
    yield f"{_way(choice.delivery)}: {choice.reason}"
    yield from (f"  what it takes: {change}" for change in answer.changes)
    yield from _instead(answer)
    yield f"  in keyferry.yaml: {{name: NAME, consume: {answer.consume}}}"


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield a paragraph for each place, and a line for each secret of an estate."""
    for each in outcome.advised:
        place = f"{each.file}:{each.position.line}:{each.position.column}"
        yield printable(f"{place}: {each.object}: {each.place.what}")
        yield printable(f"  {_way(each.answer.choice.delivery)}: {each.answer.choice.reason}")
        yield from (printable(f"  what would change: {change}") for change in each.answer.changes)
        yield from _instead(each.answer)
    for chosen in outcome.chosen:
        secret = chosen.secret
        what = f"{secret.type} {secret.name} of {secret.vault} as {secret.alias}"
        yield printable(f"{chosen.file}: site {chosen.site}: {what}: {_way(secret.delivery)}: {secret.reason}")


def summary(outcome: Outcome) -> str:
    """Return the last line."""
    deliveries = [each.answer.choice.delivery for each in outcome.advised]
    deliveries += [each.secret.delivery for each in outcome.chosen]
    files = sum(delivery is Delivery.FILES for delivery in deliveries)
    places = "1 place" if len(deliveries) == 1 else f"{len(deliveries):,} places"
    told = f"{places}: {files:,} as files, {len(deliveries) - files:,} as a Secret"
    return f"{told}, {len(outcome.unread):,} not read" if outcome.unread else told


def wish_json(answer: Answer) -> str:
    """Return the answer to a question without manifests as one JSON object."""
    choice = answer.choice
    return json.dumps({**_answer(answer), "problem": choice.problem, "remedy": choice.remedy}, indent=2)


def as_json(outcome: Outcome) -> str:
    """Return everything as one JSON object."""
    return json.dumps(
        {
            "places": [_place(each) for each in outcome.advised],
            "secrets": [_chosen(each) for each in outcome.chosen],
            "unread": [
                {"file": each.file, "line": each.line, "message": each.message, "remedy": each.remedy}
                for each in outcome.unread
            ],
        },
        indent=2,
    )


def _way(delivery: Delivery) -> str:
    return "files" if delivery is Delivery.FILES else "a Secret"


def _instead(answer: Answer) -> Iterator[str]:
    if answer.instead:
        yield f"  or: {answer.instead}"


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "consume": str(answer.consume),
        "delivery": str(answer.choice.delivery),
        "reason": answer.choice.reason,
        "changes": answer.changes,
        "instead": answer.instead,
    }


def _place(each: Advised) -> dict[str, Any]:
    return {
        "file": each.file,
        "line": each.position.line,
        "column": each.position.column,
        "kind": each.kind,
        "namespace": each.namespace,
        "name": each.name,
        "path": each.place.path,
        "taken": str(each.place.taken),
        "source": each.place.source,
        **_answer(each.answer),
    }


def _chosen(each: Chosen) -> dict[str, Any]:
    secret = each.secret
    return {
        "file": each.file,
        "site": each.site,
        "vault": secret.vault,
        "secret": secret.name,
        "alias": secret.alias,
        "type": str(secret.type),
        "consume": str(secret.consume),
        "delivery": str(secret.delivery),
        "reason": secret.reason,
    }
