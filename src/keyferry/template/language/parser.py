"""Tokens to trees: text, actions, control structures, definitions.

Source: https://pkg.go.dev/text/template#hdr-Actions and #hdr-Nested_template_definitions.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, NamedTuple

from keyferry.template.functions.function import Function
from keyferry.template.language import scopes
from keyferry.template.language.cursor import Cursor
from keyferry.template.language.expressions import Pipeline
from keyferry.template.language.frames import Tree
from keyferry.template.language.lexer import Delimiters, tokens
from keyferry.template.language.mistakes import Mistake
from keyferry.template.language.pipelines import PipelineParser, string
from keyferry.template.language.scopes import Scope
from keyferry.template.language.statements import (
    Action,
    Body,
    Choice,
    Invocation,
    Jump,
    Leap,
    Loop,
    Statement,
    Text,
)
from keyferry.template.language.tokens import Kind, Token

_JUMPS: Final = {"break": Leap.BREAK, "continue": Leap.CONTINUE}


class Parsed(NamedTuple):
    """The trees of a text, its own under the name that was given; and of how many words it was."""

    trees: dict[bytes, Tree]
    words: int


def parse(text: str, name: bytes, marks: Delimiters, functions: Mapping[str, Function]) -> Parsed:
    """Return what the text defines; Mistake where it is no template."""
    found, mistake = tokens(text, marks)
    parser = _Parser(Cursor(found, mistake), functions)
    parser.whole(name)
    return Parsed(parser.trees, len(found))


class _Parser:
    def __init__(self, cursor: Cursor, functions: Mapping[str, Function]) -> None:
        self.trees: dict[bytes, Tree] = {}
        self._filled: set[bytes] = set()  # those that another definition may not replace
        self._cursor = cursor
        self._pipelines = PipelineParser(cursor, functions)

    def whole(self, name: bytes) -> None:
        """Read the whole text."""
        statements: list[Statement] = []
        while (token := self._cursor.next_word()).kind is not Kind.END:
            if token.kind is Kind.LEFT and self._cursor.peek_word().text == "define":
                self._cursor.next()
                self._definition()
                continue
            statement = self._statement(token)
            if isinstance(statement, Token):
                raise Mistake("parse/unexpected-control", f"{statement.text} belongs to nothing", statement.at)
            statements.append(statement)
        self._add(name, Body(tuple(statements)), self._scope.height, 0)

    @property
    def _scope(self) -> Scope:
        return self._pipelines.scope

    def _statement(self, token: Token) -> Statement | Token:
        """Read a statement that starts with the token; `end` and `else` come back as they are."""
        if token.kind is Kind.TEXT:
            return Text(token.text.encode("utf-8", "surrogateescape"))
        if token.kind is not Kind.LEFT:
            self._cursor.unexpected(token, "a template")
        word = self._cursor.peek_word()
        if word.kind is not Kind.KEYWORD or word.text == "define":
            return Action(self._pipelines.pipeline("an action"))
        self._cursor.next()
        return self._READERS[word.text](self, word)

    def _end(self, word: Token) -> Token:
        """Read the rest of `end` or `else`; what follows in `else if` and `else with` stays."""
        chained = word.text == "else" and self._cursor.peek_word().text in {"if", "with"}
        if not chained:
            self._cursor.expect_right(word.text)
        return word

    def _body(self, owner: Token) -> tuple[Body, Token]:
        """Read statements up to an `end` or `else`, and return that too."""
        statements: list[Statement] = []
        while (token := self._cursor.next_word()).kind is not Kind.END:
            statement = self._statement(token)
            if isinstance(statement, Token):
                return Body(tuple(statements)), statement
            statements.append(statement)
        raise Mistake("parse/unexpected-eof", f"{owner.text} has no end", owner.at)

    def _choice(self, word: Token) -> Choice:
        mark = len(self._scope.variables)
        branches: list[tuple[Pipeline, Body]] = []
        otherwise = None
        with self._scope.nested(scopes.BLOCK, word.at):
            ending = word
            while ending.text != "end":
                pipeline = self._pipelines.pipeline(word.text)
                body, ending = self._body(word)
                branches.append((pipeline, body))
                if ending.text == "else" and self._cursor.peek_word().text == word.text:
                    self._cursor.next()
                elif ending.text == "else":
                    otherwise, ending = self._last_body(word)
        del self._scope.variables[mark:]
        return Choice(tuple(branches), otherwise, moves_dot=word.text == "with")

    def _last_body(self, word: Token) -> tuple[Body, Token]:
        body, ending = self._body(word)
        if ending.text != "end":
            raise Mistake("parse/unexpected-control", f"{word.text} has two elses", ending.at)
        return body, ending

    def _loop(self, word: Token) -> Loop:
        mark = len(self._scope.variables)
        with self._scope.nested(scopes.BLOCK, word.at):
            pipeline = self._pipelines.pipeline("range")
            self._scope.loops += 1
            body, ending = self._body(word)
            self._scope.loops -= 1
            otherwise = self._last_body(word)[0] if ending.text == "else" else None
        del self._scope.variables[mark:]
        return Loop(pipeline, body, otherwise)

    def _jump(self, word: Token) -> Jump:
        self._cursor.expect_right(word.text)
        if not self._scope.loops:
            raise Mistake("parse/break-continue-outside-range", f"{word.text} stands in no range", word.at)
        return Jump(_JUMPS[word.text])

    def _invocation(self, _word: Token) -> Invocation:
        name = self._cursor.next_word()
        called = self._template_name(name, "template")
        pipeline = None
        if self._cursor.peek_word().kind is Kind.RIGHT:
            self._cursor.next()
        else:
            pipeline = self._pipelines.pipeline("template")
        return Invocation(called, pipeline, name.at, self._scope.depth + scopes.BLOCK)

    def _block(self, word: Token) -> Invocation:
        """Read a template that is defined where it is called."""
        name = self._cursor.next_word()
        called = self._template_name(name, "block")
        pipeline = self._pipelines.pipeline("block")
        self._tree(called, word)
        return Invocation(called, pipeline, name.at, self._scope.depth + scopes.BLOCK)

    def _definition(self) -> None:
        word = self._cursor.next_word()
        name = self._template_name(word, "define")
        self._cursor.expect_right("define")
        self._tree(name, word)

    def _template_name(self, token: Token, context: str) -> bytes:
        if token.kind is not Kind.STRING:
            self._cursor.unexpected(token, context)
        return string(token)

    def _tree(self, name: bytes, word: Token) -> None:
        """Read the body of a template of its own, which sees no variables of this one."""
        outer, self._pipelines.scope = self._scope, Scope()
        self._scope.depth = outer.depth  # the parser's own stack goes on growing
        with self._scope.nested(scopes.BLOCK, word.at):
            body, ending = self._body(word)
        if ending.text != "end":
            raise Mistake("parse/unexpected-control", "a definition has no else", ending.at)
        self._add(name, body, self._scope.height, word.at)
        self._pipelines.scope = outer

    _READERS: ClassVar[dict[str, Callable[["_Parser", Token], Statement | Token]]] = {
        "if": _choice,
        "with": _choice,
        "range": _loop,
        "template": _invocation,
        "block": _block,
        "break": _jump,
        "continue": _jump,
        "else": _end,
        "end": _end,
    }

    def _add(self, name: bytes, body: Body, height: int, at: int) -> None:
        is_empty = _is_empty(body)
        if name not in self._filled:
            self.trees[name] = Tree(body, height)
            if not is_empty:
                self._filled.add(name)
        elif not is_empty:
            shown = name.decode(errors="replace")
            raise Mistake("parse/multiple-definition", f'the template "{shown}" is defined twice', at)


def _is_empty(body: Body) -> bool:
    """Say whether nothing is in it but spaces: such a definition gives way to another."""
    return all(isinstance(each, Text) and not each.text.strip() for each in body.statements)
