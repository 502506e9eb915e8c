"""Where the parser is among the tokens."""

from typing import NoReturn

from keyferry.template.language.mistakes import Mistake
from keyferry.template.language.tokens import Kind, Token


class Cursor:
    """Gives token after token, and takes back what was read too far."""

    def __init__(self, found: list[Token], mistake: Mistake | None) -> None:
        self._tokens = found
        self._mistake = mistake
        self.index = 0

    def next(self) -> Token:
        """Return the next token, spaces too; the last one stays."""
        token = self._tokens[self.index]
        if self.index < len(self._tokens) - 1:
            self.index += 1
        return token

    def peek(self) -> Token:
        """Return the next token, and leave it there."""
        return self._tokens[self.index]

    def next_word(self) -> Token:
        """Return the next token that is no space."""
        self.peek_word()
        return self.next()

    def peek_word(self) -> Token:
        """Skip spaces, and return the token after them, which stays."""
        while self._tokens[self.index].kind is Kind.SPACE:
            self.index += 1
        return self._tokens[self.index]

    def expect_right(self, context: str) -> None:
        """Read the closing delimiter; Mistake where anything else stands."""
        token = self.next_word()
        if token.kind is not Kind.RIGHT:
            self.unexpected(token, context)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        """Raise the mistake that the token is, where it is."""
        if token.kind is Kind.MISTAKE and self._mistake is not None:
            raise self._mistake
        shown = token.text if len(token.text) <= 40 else token.text[:39] + "…"
        shown = "a string" if token.kind is Kind.STRING else shown  # some write passwords into templates
        raise Mistake("parse/unexpected-token", f"{shown} is not expected in {context}", token.at)
