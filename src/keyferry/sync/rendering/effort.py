"""Which specs may take long to render, and so are not rendered on the event loop. Pure.

Everything else is bounded by the size of the values: microseconds each, to which a hop to a thread would add.
"""

import re
from collections.abc import Iterable
from typing import Final

from keyferry.spec.blueprint import Blueprint
from keyferry.spec.external_secret import ExternalSecret
from keyferry.spec.push_secret import PushSecret
from keyferry.spec.sources import Extract, Find, Generate

ENTRIES: Final = 20  # that take parts of a value: each reads it once
_ACTION: Final = "{{"
_PLAIN_PATH: Final = re.compile(r"[\w.-]*")


def may_take_long(spec: ExternalSecret) -> bool:
    """Tell whether an ExternalSecret has templates, rewrites, or paths into values that can multiply work."""
    template = spec.target.template
    if template is not None and _renders(template):
        return True
    if any(isinstance(source, Extract | Find | Generate) and source.rewrite for source in spec.data_from):
        return True
    paths = [item.remote.property for item in spec.data if item.remote.property]
    paths += [source.remote.property for source in spec.data_from if isinstance(source, Extract)]  # "" for all
    return len(paths) > ENTRIES or not all(map(_PLAIN_PATH.fullmatch, paths))


def push_may_take_long(spec: PushSecret) -> bool:
    """Tell whether a PushSecret has templates or rewrites."""
    if spec.template is not None and _renders(spec.template):
        return True
    return any(entry.rewrite for entry in spec.data_to)


def _renders(template: Blueprint) -> bool:
    if template.sources:
        return True
    texts: Iterable[str] = (
        text for part in (template.data, template.labels, template.annotations) for text in part.values()
    )
    return any(_ACTION in text for text in texts)
