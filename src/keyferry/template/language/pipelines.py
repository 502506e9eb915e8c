"""Tokens to pipelines: declarations, commands, operands, terms.

Source: https://pkg.go.dev/text/template#hdr-Pipelines.
"""

from collections.abc import Mapping
from typing import Final

from keyferry.template.functions.function import Function
from keyferry.template.language import calls, constants, expressions, literals, scopes
from keyferry.template.language.constants import Expression
from keyferry.template.language.cursor import Cursor
from keyferry.template.language.expressions import Pipeline
from keyferry.template.language.mistakes import Mistake
from keyferry.template.language.scopes import Scope
from keyferry.template.language.tokens import Kind, Token

JUNCTIONS: Final = frozenset({"and", "or"})
_STARTS: Final = frozenset(
    {
        Kind.BOOL, Kind.RUNE, Kind.COMPLEX, Kind.DOT, Kind.FIELD, Kind.IDENTIFIER,
        Kind.NUMBER, Kind.NIL, Kind.STRING, Kind.VARIABLE, Kind.OPEN,
    },
)  # fmt: skip
_LITERALS: Final = frozenset({Kind.BOOL, Kind.STRING, Kind.RUNE, Kind.NUMBER, Kind.COMPLEX, Kind.NIL, Kind.DOT})
_AFTER_COMMA: Final = frozenset({Kind.VARIABLE, Kind.RIGHT, Kind.CLOSE})
_NO_STAGES: Final = (constants.Constant, constants.NumberConstant, constants.Nil, constants.Dot)
_Command = tuple[Expression, tuple[Expression, ...]]


class PipelineParser:
    """Reads pipelines. `scope` is the template that they are in."""

    def __init__(self, cursor: Cursor, functions: Mapping[str, Function]) -> None:
        self.cursor = cursor
        self.scope = Scope()
        self._functions = functions

    def pipeline(self, context: str, end: Kind = Kind.RIGHT) -> Pipeline:
        """Read a pipeline and the token that ends it."""
        at = self.cursor.peek_word().at
        names, assigns = self._declarations(context)
        commands: list[_Command] = []
        while (token := self.cursor.peek_word()).kind is not end:
            if token.kind not in _STARTS:
                self.cursor.unexpected(token, context)
            command = self._command()
            if commands and isinstance(command[0], _NO_STAGES):
                cause = f"stage {len(commands) + 1} of a pipeline must be something that can be called"
                raise Mistake("parse/non-executable-pipeline", cause, command[0].at)
            commands.append(command)
        self.cursor.next()
        if not commands:
            raise Mistake("parse/missing-value", f"{context} has no value", token.at)
        return Pipeline(tuple(commands), names, at, assigns=assigns)

    def _declarations(self, context: str) -> tuple[tuple[str, ...], bool]:
        """Read `$x :=`, `$x =` or, in a range, `$i, $x :=`; return the names and whether they are assigned to."""
        names: list[str] = []
        while (variable := self.cursor.peek_word()).kind is Kind.VARIABLE:
            start = self.cursor.index
            self.cursor.next()
            following = self.cursor.peek_word()
            if following.kind in (Kind.ASSIGN, Kind.DECLARE):
                self.cursor.next()
                self._declare(variable, names)
                return tuple(names), following.kind is Kind.ASSIGN
            if following.text != "," or following.kind is not Kind.CHARACTER:
                self.cursor.index = start
                break
            self.cursor.next()
            self._declare(variable, names)
            if context != "range" or len(names) > 1:
                raise Mistake("parse/too-many-declarations", f"{context} sets too many variables", variable.at)
            if self.cursor.peek_word().kind not in _AFTER_COMMA:
                raise Mistake("parse/too-many-declarations", "a range can only set variables", variable.at)
        return tuple(names), False

    def _declare(self, variable: Token, names: list[str]) -> None:
        names.append(variable.text)
        self.scope.variables.append(variable.text)

    def _command(self) -> _Command:
        words: list[Expression] = []
        while True:
            token = self.cursor.peek_word()
            operand = self._operand(token)
            if operand is not None:
                words.append(operand)
            following = self.cursor.next()
            if following.kind is Kind.SPACE:
                continue
            if following.kind in (Kind.RIGHT, Kind.CLOSE):
                self.cursor.index -= 1
            elif following.kind is not Kind.PIPE:
                self.cursor.unexpected(following, "an operand")
            return words[0], tuple(words[1:])

    def _operand(self, token: Token) -> Expression | None:
        """Read a term and the fields after it; None where there is no term."""
        if token.kind not in _STARTS:
            return None
        self.cursor.next()
        names = [token.text[1:]] if token.kind is Kind.FIELD else []
        found = constants.Dot(token.at) if token.kind is Kind.FIELD else self._term(token)
        while self.cursor.peek().kind is Kind.FIELD:
            if token.kind in _LITERALS:
                cause = f"no field can be taken of {token.text if token.kind is not Kind.STRING else 'a string'}"
                raise Mistake("parse/unexpected-token", cause, self.cursor.peek().at)
            names.append(self.cursor.next().text[1:])
        return expressions.Path(found, tuple(names), token.at) if names else found

    def _term(self, token: Token) -> Expression:
        match token.kind:
            case Kind.OPEN:
                with self.scope.nested(scopes.PARENTHESIS, token.at):
                    return self.pipeline("a parenthesized pipeline", Kind.CLOSE)
            case Kind.IDENTIFIER:
                return self._function(token)
            case Kind.VARIABLE:
                if token.text not in self.scope.variables:
                    raise Mistake("parse/undefined-variable", f"the variable {token.text} is not defined", token.at)
                return expressions.Variable(token.text, token.at)
            case Kind.DOT:
                return constants.Dot(token.at)
            case _:
                return _constant(token)

    def _function(self, token: Token) -> Expression:
        if token.text in JUNCTIONS:
            return calls.Junction(token.text, token.at)
        function = self._functions.get(token.text)
        if function is None:
            raise Mistake("parse/unknown-function", f'there is no function "{token.text}"', token.at)
        return calls.Call(function, token.at)


def string(token: Token) -> bytes:
    """Return what a string token stands for; Mistake where an escape in it is none."""
    value = literals.unquote(token.text)
    if value is None:
        raise Mistake("parse/bad-literal", "a string holds an escape that Go does not know", token.at)
    return value


def _constant(token: Token) -> Expression:
    match token.kind:
        case Kind.NIL:
            return constants.Nil(token.at)
        case Kind.BOOL:
            return constants.Constant(token.text == "true", token.at)
        case Kind.STRING:
            return constants.Constant(string(token), token.at)
        case _:
            return constants.NumberConstant(_number(token), token.at)


def _number(token: Token) -> literals.Number:
    if token.kind is Kind.RUNE:
        return _rune(token)
    found = literals.complex_number(token.text) if token.kind is Kind.COMPLEX else literals.number(token.text)
    if isinstance(found, str):
        raise Mistake("parse/bad-number", found, token.at)
    return found


def _rune(token: Token) -> literals.Number:
    try:
        value = literals.rune(token.text)
    except ValueError:
        cause = "a character constant holds more than one character"
        raise Mistake("parse/bad-character", cause, token.at, 'write strings between double quotes: "text"') from None
    if value is None:
        raise Mistake("parse/bad-literal", "a character constant holds no character that Go knows", token.at)
    return literals.rune_number(value)
