"""What is said to Azure Resource Manager, as values: a dialogue yields requests and is sent their responses. Pure."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `about` says in words what it is for; `after` is how long to wait before it is sent.

    An answer of 400 or more is an error of the dialogue's carrier, but those of `accepts`, which the dialogue gets.
    """

    method: Literal["GET", "PUT"]
    path: str
    version: str
    about: str
    body: Mapping[str, Any] | None = None
    accepts: frozenset[int] = frozenset()
    after: timedelta = field(default=timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer. `content` is its JSON object, empty where it has none; `code` is the error's, "" where it is none.

    `wait` is how long to wait before looking again, None where the answer does not say.
    """

    status: int
    content: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    wait: timedelta | None = None


Dialogue: TypeAlias = Generator[Request, Response, T]
