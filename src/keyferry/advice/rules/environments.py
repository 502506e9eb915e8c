"""What containers have in their environments and on their command lines: looked at once, for four rules. Pure.

A rule looks at single variables only where something of its own is among all of them.
"""

from collections.abc import Iterator
from typing import Final

from keyferry.advice.rule import Check, Document, Finding
from keyferry.advice.rules import connection_strings, credentials, delivery, token_files
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.workloads import WORKLOADS, template_of


def _find(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    template = template_of(document)
    if template is None:
        return
    for container in template.containers():
        environment = container.environment()
        yield from token_files.find(environment, template)
        yield from credentials.find(environment, template)
        yield from connection_strings.find(environment)
        yield from delivery.find(environment, template, surroundings)


CHECK: Final = Check(
    rule=token_files.RULE,
    others=(credentials.RULE, connection_strings.RULE, delivery.RULE),
    kinds=WORKLOADS,
    find=_find,
)
