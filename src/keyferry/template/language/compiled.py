"""Templates, parsed once and executed often."""

import re
from collections.abc import Mapping
from typing import Final

from keyferry.template.errors import TemplateError
from keyferry.template.functions import catalog
from keyferry.template.functions.function import Surroundings
from keyferry.template.language import lexer, parser
from keyferry.template.language.fields import ERROR
from keyferry.template.language.frames import Frame, Rendering
from keyferry.template.language.mistakes import LIMITS, SMALLER, Mistake
from keyferry.template.meter import LimitReached
from keyferry.template.values import STRING, Map

MAX_TEXT: Final = 1 << 20
_LONE_SURROGATES: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_WORD_BYTES: Final = 130  # measured: 70 to 130
DELIMITERS: Final = ("{{", "}}")


class Template:
    """A template that parsed: it may be executed any number of times, with any data. Whoever renders often keeps it.

    `name` is its own name for `template "name"`; `size_bytes` is about what it takes of memory. Raises
    TemplateError, at a line and column, for what is no template.
    """

    __slots__ = ("_name", "_text", "_trees", "size_bytes")

    def __init__(
        self,
        text: bytes | str,
        name: str = "tpl",
        delimiters: tuple[str, str] = DELIMITERS,
    ) -> None:
        if len(text) > MAX_TEXT:
            cause = f"the template is longer than {MAX_TEXT:,} bytes"
            raise TemplateError("limit/bytes", cause, remedy="split the template")
        self._text = text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text_of(text)
        self._name = text_of(name).encode("utf-8", "surrogateescape")
        try:
            parsed = parser.parse(self._text, self._name, lexer.delimiters(*delimiters), catalog.functions())
        except Mistake as mistake:
            raise mistake.within(self._text) from None
        except RecursionError:
            raise _limit("depth") from None
        self._trees = parsed.trees
        self.size_bytes = len(self._text) + _WORD_BYTES * parsed.words

    def execute(
        self,
        data: Mapping[bytes, bytes],
        surroundings: Surroundings,
        missing_key: str = ERROR,
    ) -> bytes:
        """Return the text that the template makes of the data; TemplateError where it cannot.

        `missing_key` is Go's option: `error`, `zero` (an empty string) or `default` (which prints `<no value>`).
        """
        rendering = Rendering(self._trees, surroundings, missing_key)
        tree, dot = self._trees[self._name], Map(data, STRING)
        try:
            tree.body.run(Frame(rendering, dot, 0), dot)
        except Mistake as mistake:
            raise mistake.within(self._text) from None
        except LimitReached as reached:
            raise _limit(str(reached)) from None
        except RecursionError:
            raise _limit("depth") from None
        return b"".join(rendering.output)


def text_of(text: str) -> str:
    """Return the string with U+FFFD for what no bytes stand for: half a character of UTF-16."""
    return _LONE_SURROGATES.sub("\ufffd", text)


def _limit(what: str) -> TemplateError:
    return TemplateError(f"limit/{what}", LIMITS[what], remedy=SMALLER)
