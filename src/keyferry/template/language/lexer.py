"""A template's text to tokens, by the rules of Go's text/template, with any delimiters.

Source: https://pkg.go.dev/text/template#hdr-Text_and_spaces and #hdr-Actions.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar, Final, NamedTuple

from keyferry.template.language.mistakes import Mistake
from keyferry.template.language.tokens import KEYWORDS, Kind, Token

MAX_TOKENS: Final = 50_000
_SPACES: Final = " \t\r\n"
_TRIM: Final = "-"
_TRIM_WIDTH: Final = 2  # the marker, and the space that it needs
_SPACE_RUN: Final = re.compile(r"[ \t\r\n]+")
_WORD: Final = re.compile(r"\w*")
_NUMBER: Final = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?",
)
_QUOTED: Final = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')
_RUNE: Final = re.compile(r"'(?:[^'\\\n]|\\[^\n])*'")
_SINGLES: Final = {"=": Kind.ASSIGN, "|": Kind.PIPE}


class Delimiters(NamedTuple):
    """What opens and closes an action, and patterns for what may close one and what may end a word."""

    left: str
    right: str
    closing: re.Pattern[str]
    terminator: re.Pattern[str]


@lru_cache(maxsize=8)
def delimiters(left: str, right: str) -> Delimiters:
    """Prepare a pair of delimiters; empty ones are Go's `{{` and `}}`."""
    left, right = left or "{{", right or "}}"
    closing = re.compile(rf"([ \t\r\n]-)?{re.escape(right)}")
    return Delimiters(left, right, closing, re.compile(rf"[ \t\r\n.,|:()]|\Z|{re.escape(right)}"))


def tokens(text: str, marks: Delimiters) -> tuple[list[Token], Mistake | None]:
    """Return the tokens up to the END, or up to a MISTAKE and what it is."""
    lexer = _Lexer(text, marks)
    try:
        lexer.run()
    except Mistake as mistake:
        lexer.found.append(Token(Kind.MISTAKE, "", mistake.at))
        return lexer.found, mistake
    return lexer.found, None


def is_word_character(character: str) -> bool:
    """Say whether Go takes the character as a letter or digit of a name."""
    return character == "_" or unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Nd"


class _Lexer:
    def __init__(self, text: str, marks: Delimiters) -> None:
        self.found: list[Token] = []
        self._text = text
        self._marks = marks
        self._at = 0
        self._depth = 0

    def run(self) -> None:
        """Collect all tokens; Mistake where there is no next one."""
        while self._between_actions():
            pass
        self._add(Kind.END, len(self._text))

    def _between_actions(self) -> bool:
        """Read text up to an action, and the action; say whether there was one."""
        opens = self._text.find(self._marks.left, self._at)
        plain = self._text[self._at : opens] if opens >= 0 else self._text[self._at :]
        inside = opens + len(self._marks.left)
        marker = self._text[inside : inside + _TRIM_WIDTH]
        trims = opens >= 0 and len(marker) == _TRIM_WIDTH and marker[0] == _TRIM and marker[1] in _SPACES
        plain = plain.rstrip(_SPACES) if trims else plain
        if plain:
            self.found.append(Token(Kind.TEXT, plain, self._at))
        if opens < 0:
            return False
        self._at = inside + (_TRIM_WIDTH if trims else 0)
        if self._text.startswith("/*", self._at):
            self._comment(opens)
        else:
            self.found.append(Token(Kind.LEFT, self._marks.left, opens))
            self._action(opens)
        return True

    def _comment(self, opens: int) -> None:
        ends = self._text.find("*/", self._at + 2)
        closing = self._marks.closing.match(self._text, ends + 2) if ends >= 0 else None
        if closing is None:
            cause = "a comment is not closed" if ends < 0 else "a comment must end right before its closing delimiter"
            raise Mistake("parse/unclosed-comment", cause, opens)
        self._leave(closing)

    def _action(self, opens: int) -> None:
        self._depth = 0
        while (closing := self._marks.closing.match(self._text, self._at)) is None:
            if self._at >= len(self._text):
                cause = f"an action that {self._marks.left} opens is never closed by {self._marks.right}"
                raise Mistake("parse/unclosed-action", cause, opens)
            character = self._text[self._at]
            self._READERS.get(character, _Lexer._other)(self)
        if self._depth:
            raise Mistake("parse/paren", "a left parenthesis is not closed", self._at)
        self._add(Kind.RIGHT, closing.end())
        self._leave(closing)

    def _leave(self, closing: re.Match[str]) -> None:
        self._at = closing.end()
        if closing.group(1):
            spaces = _SPACE_RUN.match(self._text, self._at)
            self._at = spaces.end() if spaces else self._at

    def _add(self, kind: Kind, end: int) -> None:
        if len(self.found) >= MAX_TOKENS:
            cause = f"the template has more than {MAX_TOKENS:,} words"
            raise Mistake("limit/steps", cause, self._at, "split the template")
        self.found.append(Token(kind, self._text[self._at : end], self._at))
        self._at = end

    def _space(self) -> None:
        spaces = _SPACE_RUN.match(self._text, self._at)
        end = spaces.end() if spaces else self._at
        if self._text.startswith(_TRIM + self._marks.right, end):
            end -= 1  # that space belongs to the closing delimiter
        self._add(Kind.SPACE, end)

    def _single(self) -> None:
        self._add(_SINGLES[self._text[self._at]], self._at + 1)

    def _colon(self) -> None:
        if not self._text.startswith(":=", self._at):
            raise Mistake("parse/unexpected-token", "a colon stands only before = in :=", self._at)
        self._add(Kind.DECLARE, self._at + 2)

    def _open(self) -> None:
        self._depth += 1
        self._add(Kind.OPEN, self._at + 1)

    def _close(self) -> None:
        self._depth -= 1
        if self._depth < 0:
            raise Mistake("parse/paren", "a right parenthesis closes nothing", self._at)
        self._add(Kind.CLOSE, self._at + 1)

    def _quoted(self) -> None:
        self._literal(_QUOTED, Kind.STRING, "a quoted string is not closed on its line")

    def _rune(self) -> None:
        self._literal(_RUNE, Kind.RUNE, "a character constant is not closed on its line")

    def _literal(self, pattern: re.Pattern[str], kind: Kind, cause: str) -> None:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise Mistake("parse/unterminated-string", cause, self._at)
        self._add(kind, match.end())

    def _raw(self) -> None:
        end = self._text.find("`", self._at + 1)
        if end < 0:
            raise Mistake("parse/unterminated-string", "a raw string is not closed", self._at)
        self._add(Kind.STRING, end + 1)

    def _dot(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        if not following or following in "0123456789":
            self._number()
        elif self._marks.terminator.match(self._text, self._at + 1):
            self._add(Kind.DOT, self._at + 1)
        else:
            self._add(Kind.FIELD, self._word_end(self._at + 1))

    def _variable(self) -> None:
        self._add(Kind.VARIABLE, self._word_end(self._at + 1))

    def _number(self) -> None:
        end = self._number_end(self._at)
        if self._text[end : end + 1] not in ("+", "-"):
            self._add(Kind.NUMBER, end)
            return
        end = self._number_end(end)
        if self._text[end - 1] != "i":
            raise Mistake("parse/bad-number", "this is no number", self._at)
        self._add(Kind.COMPLEX, end)

    def _number_end(self, start: int) -> int:
        match = _NUMBER.match(self._text, start)
        end = match.end() if match else start
        if end < len(self._text) and is_word_character(self._text[end]):
            raise Mistake("parse/bad-number", "this is no number", self._at)
        return end

    def _other(self) -> None:
        character = self._text[self._at]
        if is_word_character(character):
            self._identifier()
        elif character.isascii() and character.isprintable():
            self._add(Kind.CHARACTER, self._at + 1)
        else:
            cause = f"the character U+{ord(character):04X} has no meaning in an action"
            raise Mistake("parse/bad-character", cause, self._at)

    def _identifier(self) -> None:
        end = self._word_end(self._at)
        word = self._text[self._at : end]
        if word in KEYWORDS:
            self._add(Kind.KEYWORD, end)
        elif word in {"true", "false"}:
            self._add(Kind.BOOL, end)
        else:
            self._add(Kind.NIL if word == "nil" else Kind.IDENTIFIER, end)

    def _word_end(self, start: int) -> int:
        """Return where the name that starts there ends; what follows must be able to end one."""
        match = _WORD.match(self._text, start)
        end = match.end() if match else start
        word = self._text[start:end]
        if not word.isascii():  # Python's words hold some numerals that Go's do not
            end = next((start + n for n, each in enumerate(word) if not is_word_character(each)), end)
        if not self._marks.terminator.match(self._text, end):
            cause = f"the character U+{ord(self._text[end]):04X} cannot stand in or right after a name"
            raise Mistake(
                "parse/bad-character", cause, end, 'a key with other characters is read by `index . "its-name"`'
            )
        return end

    _READERS: ClassVar[dict[str, Callable[["_Lexer"], None]]] = {
        **dict.fromkeys(_SPACES, _space),
        **dict.fromkeys(_SINGLES, _single),
        **dict.fromkeys("+-0123456789", _number),
        ":": _colon,
        "(": _open,
        ")": _close,
        '"': _quoted,
        "'": _rune,
        "`": _raw,
        ".": _dot,
        "$": _variable,
    }
