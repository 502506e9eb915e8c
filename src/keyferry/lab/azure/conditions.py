"""The conditions of role assignments, as far as Key Vault goes by them: parse once, then tell for each request.

https://learn.microsoft.com/azure/role-based-access-control/conditions-format
https://learn.microsoft.com/azure/key-vault/general/rbac-abac (two attributes, ten comparisons, in preview)

    condition  = all *( ("OR" / "||") all )
    all        = single *( ("AND" / "&&") single )
    single     = *("!" / "NOT") ("(" condition ")" / action / comparison)
    action     = "ActionMatches{'" pattern "'}"
    comparison = ("@Resource" / "@Request") "[" attribute "]" operator "'" value "'"
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from keyferry.lab.azure import role

VERSION: Final = "2.0"
MAX_LENGTH: Final = 8192
MAX_DEPTH: Final = 50
ATTRIBUTES: Final = ("microsoft.keyvault/vaults:name", "microsoft.keyvault/vaults/secrets:name")
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<mark>[()!]|&&|\|\|)"
    r"|ActionMatches\s*\{\s*'(?P<action>[^']*)'\s*\}"
    r"|@(?P<source>Resource|Request)\s*\[\s*(?P<attribute>[^\]]*?)\s*\]"
    r"|'(?P<value>[^']*)'"
    r"|(?P<word>[A-Za-z:]+))",
    re.IGNORECASE,
)
_SYNONYMS: Final = {"&&": "and", "||": "or", "not": "!"}


def _like(given: str, pattern: str) -> bool:
    """A `*` stands for any characters and a `?` for one. Steps: at most the product of both lengths.

    1. Go on where the next character fits.  2. At a `*`, remember the place, and let it stand for nothing.
    3. Where nothing fits, go back to the last `*` and let it stand for one character more.
    """
    at, want, star, begun = 0, 0, -1, 0
    while at < len(given):
        wanted = pattern[want : want + 1]
        if wanted == "*":  # (2)
            star, begun, want = want, at, want + 1
        elif wanted in ("?", given[at]):  # (1)
            at, want = at + 1, want + 1
        elif star >= 0:  # (3)
            begun += 1
            at, want = begun, star + 1
        else:
            return False
    return not pattern[want:].strip("*")


_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "stringequals": lambda given, value: given == value,
    "stringnotequals": lambda given, value: given != value,
    "stringstartswith": lambda given, value: given.startswith(value),
    "stringnotstartswith": lambda given, value: not given.startswith(value),
    "stringendswith": lambda given, value: given.endswith(value),
    "stringnotendswith": lambda given, value: not given.endswith(value),
    "stringcontains": lambda given, value: value in given,
    "stringnotcontains": lambda given, value: value not in given,
    "stringlike": _like,
    "stringnotlike": lambda given, value: not _like(given, value),
}


class ConditionError(Exception):
    """The condition is malformed, or it asks for what is not known here. The text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a condition is about: the action, and attributes by `resource attribute` or `request attribute`."""

    action: str
    attributes: Mapping[str, str] = field(default_factory=dict)


Test = Callable[[Facts], bool]


def check(text: str, version: str) -> None:
    """Return if the lab can go by the condition. ConditionError says why not."""
    if version != VERSION:
        raise ConditionError(f"the version of a condition must be {VERSION}")
    parse(text)


@lru_cache(maxsize=256)
def parse(text: str) -> Test:
    """Return what tells whether the condition holds. ConditionError where it is malformed or not known.

    Comparisons mind the case, as the service's do. One about an attribute that a request has not got does not hold,
    whatever it compares: a list, which names no secret, fails where secrets are compared by name.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"the condition is longer than {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text))
    test = parser.condition()
    parser.end()
    return test


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    source: str = ""


class _Parser:
    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def condition(self) -> Test:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError(f"the condition is nested more than {MAX_DEPTH} deep")
        tests = [self._all()]
        while self._take("or"):
            tests.append(self._all())
        self._depth -= 1
        return lambda facts: any(test(facts) for test in tests)

    def end(self) -> None:
        if self._next < len(self._tokens):
            raise ConditionError(f"nothing was expected at '{self._tokens[self._next].text[:40]}'")

    def _all(self) -> Test:
        tests = [self._single()]
        while self._take("and"):
            tests.append(self._single())
        return lambda facts: all(test(facts) for test in tests)

    def _single(self) -> Test:
        negative = False
        while self._take("!"):
            negative = not negative
        positive = self._positive()
        return positive if not negative else lambda facts: not positive(facts)

    def _positive(self) -> Test:
        if self._take("("):
            inner = self.condition()
            if not self._take(")"):
                raise ConditionError("a parenthesis is not closed")
            return inner
        token = self._read("action", "attribute")
        if token.kind == "action":
            return lambda facts: role.matches(token.text, facts.action)
        return self._comparison(token)

    def _comparison(self, attribute: _Token) -> Test:
        if attribute.text.lower() not in ATTRIBUTES:
            raise ConditionError(f"the attribute '{attribute.text[:80]}' is not known")
        name = self._read("word").text
        compare = _OPERATORS.get(name.lower())
        if compare is None:
            raise ConditionError(f"the operator '{name[:40]}' is not known")
        value, key = self._read("value").text, f"{attribute.source} {attribute.text}".lower()

        def holds(facts: Facts) -> bool:
            given = facts.attributes.get(key)
            return given is not None and compare(given, value)

        return holds

    def _take(self, mark: str) -> bool:
        found = self._next < len(self._tokens) and self._tokens[self._next] == _Token("mark", mark)
        self._next += found
        return found

    def _read(self, *kinds: str) -> _Token:
        if self._next == len(self._tokens):
            raise ConditionError("the condition ends too early")
        token = self._tokens[self._next]
        if token.kind not in kinds:
            raise ConditionError(f"'{token.text[:40]}' is out of place")
        self._next += 1
        return token


def _tokens(text: str) -> tuple[_Token, ...]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(f"'{text[at : at + 40].strip()}' cannot be read")
        tokens.append(_token(match))
        at = match.end()
    return tuple(tokens)


def _token(match: re.Match[str]) -> _Token:
    kind = str(match.lastgroup)
    text = match[kind]
    plain = _SYNONYMS.get(text.lower(), text.lower())
    if kind in ("mark", "word") and plain in ("(", ")", "!", "and", "or"):
        return _Token("mark", plain)
    return _Token(kind, text, match["source"] or "")
