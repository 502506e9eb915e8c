"""Replacing what a regular expression matches in keys, as Go's `ReplaceAllString` does. Pure, bounded by a meter.

The expressions are those of templates (`regexReplaceAll`); what is wrong with one is told in the words of a spec.
"""

from collections.abc import Iterable
from typing import Final

from keyferry.model.errors import SpecError, foreign
from keyferry.spec import regexps as checked
from keyferry.template.functions.function import Fault, LimitReached, Surroundings
from keyferry.template.functions.patterns import regexps
from keyferry.template.functions.patterns.regexps import Regexp
from keyferry.template.functions.patterns.replacements import Replacement

LIMIT_BYTES: Final = 64 * 1024  # of a key on its way: a Secret takes 253 in the end


def replace_all(world: Surroundings, pattern: str, target: str, texts: Iterable[str]) -> list[str]:
    """Return the texts, in their order, with every match replaced.

    SpecError where the pattern does not compile, a result is huge, or all texts together take too much work.
    """
    try:
        regexp = _compiled(world, pattern)
        replacement = Replacement.of(_bytes(target), regexp.names)
        made = [_replaced(world, regexp, _bytes(text), replacement) for text in texts]
        return [text.decode("utf-8", "surrogateescape") for text in made]
    except LimitReached as limit:
        raise SpecError(
            what="a rewrite does more than it may",
            cause=f"its regular expressions ran out of {limit}",
            remedy="use simpler expressions, or take fewer keys at once",
        ) from None


def _compiled(world: Surroundings, pattern: str) -> Regexp:
    checked.compile(pattern)  # tells what is wrong with it
    try:
        regexp = regexps.compile(world, _bytes(pattern))
    except Fault as fault:  # Go refuses some that RE2's own library takes
        raise _no_regexp(pattern, str(fault)) from None
    for name in regexp.names:
        if not name.isascii():
            raise _no_regexp(pattern, "the name of a group has other characters than a-z, A-Z, 0-9 and _")
    return regexp


def _replaced(world: Surroundings, regexp: Regexp, text: bytes, replacement: Replacement) -> bytes:
    made, last = bytearray(), 0
    for spans in regexp.matches(world, text):
        start, end = spans[0]
        made += text[last:start]
        for piece in replacement.expand(text, spans):
            made += piece
            _check_size(len(made))
        last = end
    made += text[last:]
    _check_size(len(made))
    return bytes(made)


def _check_size(size: int) -> None:
    if size > LIMIT_BYTES:
        raise SpecError(
            what="a rewrite makes a key that is far too long",
            cause=f"it passed {LIMIT_BYTES} bytes",
            remedy="correct the rewrite's target",
        )


def _no_regexp(pattern: str, cause: str) -> SpecError:
    return SpecError(
        what=f'"{foreign(pattern)}" is not a regular expression', cause=cause, remedy="write it in Go's RE2 syntax"
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
