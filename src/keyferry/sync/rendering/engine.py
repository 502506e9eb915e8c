"""Templates as sync uses them: compiled once, and run within the bounds of one ExternalSecret. Pure."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from keyferry.model.errors import SpecError, foreign
from keyferry.sync.rendering import substitution
from keyferry.template.gjson import json_objects
from keyferry.template.gjson import paths as gjson

if TYPE_CHECKING:
    from keyferry.template.functions.function import Surroundings
    from keyferry.template.language.compiled import Template

LIMIT_BYTES: Final = 8 << 20  # of memory that templates take which stay compiled
DELIMITERS: Final = ("{{", "}}")
_READS: Final = 4  # that all members of an object cost, measured in those of one path
_GO_DEFAULT: Final = "default"  # a missing key of a `transform` is no error


class Compiled:
    """Templates that were used lately, compiled, by their text. Not thread-safe."""

    def __init__(self, delimiters: tuple[str, str] = DELIMITERS, limit_bytes: int = LIMIT_BYTES) -> None:
        self._delimiters = delimiters
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[str, Template] = OrderedDict()
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, text: str) -> "Template":
        """Return the template. Raises TemplateError for what is none."""
        template = self._kept.get(text)
        if template is None:
            template = self._compile(text)
            self._keep(text, template)
        else:
            self._kept.move_to_end(text)
        return template

    def _compile(self, text: str) -> "Template":
        # Most processes render no template, and all its functions take memory.
        from keyferry.template.language.compiled import Template  # noqa: PLC0415  (see above)

        return Template(text, delimiters=self._delimiters)

    def _keep(self, text: str, template: "Template") -> None:
        """Keep it in the place of others, unless it would push out all of them."""
        if template.size_bytes > self._limit_bytes:
            return
        self._kept[text] = template
        self.size_bytes += template.size_bytes
        while self.size_bytes > self._limit_bytes:
            _, oldest = self._kept.popitem(last=False)
            self.size_bytes -= oldest.size_bytes


class Engine:
    """Renders the templates and follows the paths of one ExternalSecret, within what they may spend together."""

    def __init__(self, compiled: Compiled, world: "Surroundings") -> None:
        self._compiled = compiled
        self._reading = gjson.Allowance()
        self.world = world

    def transform(self, template: str, key: str) -> str:
        """Return the name that a rewrite's template gives to a key. Raises TemplateError."""
        data = {b"value": key.encode("utf-8", "surrogateescape")}
        made = self._compiled.of(template).execute(data, self.world, _GO_DEFAULT)
        return made.decode("utf-8", "surrogateescape")

    def replace(self, pattern: str, target: str, keys: Iterable[str]) -> list[str]:
        """Return keys, in their order, with every match of a pattern replaced. Raises `SpecError`."""
        return substitution.replace_all(self.world, pattern, target, keys)

    def part(self, value: bytes, path: str) -> bytes | None:
        """Return what a GJSON path finds in a value, None where it finds nothing. Raises `SpecError`."""
        return gjson.property_of(value, path, self._reading)

    def members(self, value: bytes) -> dict[str, bytes]:
        """Return the members of a value that is a JSON object. Raises `SpecError`."""
        self._reading.spend(_READS * len(value))
        return json_objects.members(value)

    def text(self, template: str, data: Mapping[bytes, bytes]) -> bytes:
        """Return what a template makes of the data, where a missing key is an error. Raises TemplateError."""
        return self._compiled.of(template).execute(data, self.world)


def unreadable(kind: str, name: str, key: str) -> SpecError:
    """Return the error of a template that is not where `templateFrom` looks for it."""
    return SpecError(
        what=f"{kind} {name} has no key {foreign(key)!r} that could be a template",
        cause="templateFrom names it",
        remedy="add the key, or correct templateFrom",
    )
