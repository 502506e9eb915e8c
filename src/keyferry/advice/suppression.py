"""Which rules a document asks to be passed over: its annotation `keyferry.io/ignore`. Pure.

It counts for what is advised, and not for a rule that somebody enforces: else whoever writes a manifest would decide.
"""

import re
from collections.abc import Iterator
from typing import Final

from keyferry.advice import parts
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import quoted
from keyferry.model.wellknown import IGNORE_ANNOTATION
from keyferry.spec.problems import did_you_mean

_TOLD: Final = 16  # an annotation has 256 KiB, and what was meant by a name takes a while to find out

RULE: Final = Rule(
    name="unknown-rule",
    title="An annotation that ignores a rule which does not exist",
    severity=Severity.WARNING,
    why="Nothing is ignored by it: the name is misspelt, or the rule has another name now.",
    remedy="name rules as keyferry check --list-rules does, with commas between them",
    example="""\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations: {keyferry.io/ignore: "sub-path,secret-in-env"}
spec:
  containers:
    - {name: app, image: ghcr.io/example/shop:1}
""",
)


def ignored(document: Document) -> frozenset[str]:
    """Return the names of the rules that the document asks to pass over."""
    told = parts.text(document, "metadata", "annotations", IGNORE_ANNOTATION)
    return frozenset(name for name in re.split(r"[,\s]+", told) if name)


def check_of(names: frozenset[str], kinds: frozenset[str]) -> Check:
    """Return the check that finds names which are none of `names`."""

    def find(document: Document, _: Surroundings) -> Iterator[Finding]:
        for name in sorted(ignored(document) - names - {RULE.name})[:_TOLD]:
            path = f"metadata.annotations[{IGNORE_ANNOTATION}]"
            yield RULE.found(path, f"names {quoted(name)}, which is no rule", did_you_mean(name, names))

    return Check(rule=RULE, kinds=kinds, find=find)
