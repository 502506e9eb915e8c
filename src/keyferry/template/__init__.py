"""Languages over secret values: Go templates with sprig's and External Secrets' functions, and GJSON paths. Pure.

`render` is the public way in. values   Go's values, each with its type;  meter  what a rendering may spend
language    lexer, parser, evaluation
functions   what templates may call
printing    how Go prints values
gjson       paths over JSON, as `property` takes them
May import: model. Must stay out: I/O. Clocks and chance come with `functions.function.Surroundings`; `live` holds those
of this machine, for who calls `render` and brings none.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from keyferry.template.functions.function import Surroundings


@overload
def render(
    template: str,
    data: Mapping[str, str | bytes],
    *,
    surroundings: "Surroundings | None" = None,
    delimiters: tuple[str, str] = ("{{", "}}"),
) -> str: ...


@overload
def render(
    template: bytes,
    data: Mapping[str, str | bytes],
    *,
    surroundings: "Surroundings | None" = None,
    delimiters: tuple[str, str] = ("{{", "}}"),
) -> bytes: ...


def render(
    template: str | bytes,
    data: Mapping[str, str | bytes],
    *,
    surroundings: "Surroundings | None" = None,
    delimiters: tuple[str, str] = ("{{", "}}"),
) -> str | bytes:
    """Return the text that a template makes of the data, as `str` or as `bytes`, whichever the template is.

    `{{ .key }}` is a value, which may be any bytes; in a `str` those that are no UTF-8 show as Python's
    "surrogateescape" has them. Bounded in time and memory; TemplateError says what is wrong and where. Without
    `surroundings` it is now, here, and random functions are random. A template that is rendered often is better kept as
    a `language.compiled.Template`.
    """
    # Only who renders pays for loading the engine: others import this package for its GJSON.
    from keyferry.template import live  # noqa: PLC0415  (see above)
    from keyferry.template.language.compiled import Template, text_of  # noqa: PLC0415  (see above)

    def encoded(text: str | bytes) -> bytes:
        return text if isinstance(text, bytes) else text_of(text).encode("utf-8", "surrogateescape")

    compiled = Template(template, delimiters=delimiters)
    entries = {encoded(key): encoded(value) for key, value in data.items()}
    made = compiled.execute(entries, surroundings or live.surroundings())
    return made if isinstance(template, bytes) else made.decode("utf-8", "surrogateescape")
