"""How names of one kind are formed, and what is wrong with one that is not.

A text that breaks its rule is never shown: it may be a password in the wrong field. Its place in the file tells enough.
"""

import re
from dataclasses import dataclass

from keyferry.spec.schema import Complaint, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The names of one kind of thing. `pattern` is for `re` and JSON Schema alike; `form` says it in words.

    `alphabet` has the characters that may stand somewhere in it, as the inside of a class in a regular expression.
    """

    of: str
    pattern: str
    alphabet: str
    least: int
    most: int
    form: str

    def complain(self, text: str) -> Complaint | None:
        """Return what is wrong with a name of this kind, None where it is fine."""
        if self._is_met(text):
            return None
        if self._is_met(text.lower()):
            return Complaint(message=f"has capital letters, which {self.of} cannot", remedy="write it in lower case")
        return Complaint(message=self._fault(text), remedy=f"use {self.form}")

    def node(self, doc: str, default: str | None = None) -> Text:
        """Return the field of such a name."""
        return Text(
            doc=doc,
            pattern=self.pattern,
            min_length=self.least,
            max_length=self.most,
            rule=self.complain,
            default=default,
        )

    def _is_met(self, text: str) -> bool:
        return self.least <= len(text) <= self.most and re.fullmatch(self.pattern, text) is not None

    def _fault(self, text: str) -> str:
        if not text:
            return "is empty"
        if not self.least <= len(text) <= self.most:
            bounds = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
            length = "1 character" if len(text) == 1 else f"{len(text)} characters"
            return f"is {length} long, and {self.of} has {bounds}"
        wrong = re.search(f"[^{self.alphabet}]", text)
        if wrong is None:
            return f"is not formed as {self.of} is"
        return f"has {wrong[0]!a} as its character {wrong.start() + 1}, which {self.of} cannot"
