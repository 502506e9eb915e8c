"""Refusals as Kubernetes' Status documents: reason, code, message and details as clients match on them.

Source of the reasons and message shapes: `k8s.io/apimachinery/pkg/api/errors`.
"""

from collections.abc import Sequence
from typing import Any

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem


class StatusError(Exception):
    """A request is refused; `document()` is the body of the answer and `code` its HTTP status.

    `warnings` is what was found worth telling before it.
    """

    def __init__(self, code: int, reason: str, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.details = details
        self.warnings: tuple[str, ...] = ()

    def document(self) -> Object:
        """Return the Status."""
        document: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": str(self),
            "reason": self.reason,
        }
        if self.details:
            document["details"] = self.details
        return document | {"code": self.code}


def success(**details: Any) -> Object:
    """Return the Status of something done, as a delete answers."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def bad_request(message: str) -> StatusError:
    """The request makes no sense as it is."""
    return StatusError(400, "BadRequest", message)


def unauthorized() -> StatusError:
    """Nobody knows who asks."""
    return StatusError(401, "Unauthorized", "Unauthorized")


def forbidden(group: str, plural: str, name: str, why: str) -> StatusError:
    """Whoever asks may not do this, or not here."""
    subject = f'{_qualified(plural, group)} "{name}"' if name else _qualified(plural, group)
    return StatusError(403, "Forbidden", f"{subject} is forbidden: {why}", _details(group, plural, name))


def not_found(group: str, plural: str, name: str) -> StatusError:
    """There is no such object."""
    message = f'{_qualified(plural, group)} "{name}" not found'
    return StatusError(404, "NotFound", message, _details(group, plural, name))


def no_such_path() -> StatusError:
    """There is no such resource at all."""
    return StatusError(404, "NotFound", "the server could not find the requested resource", {})


def method_not_allowed(group: str, plural: str) -> StatusError:
    """The resource exists and does not know this verb."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message, _details(group, plural, ""))


def not_acceptable() -> StatusError:
    """None of the media types that the client accepts can be given."""
    known = "application/json, application/json;stream=watch, application/yaml"
    message = f"only the following media types are accepted: {known}"
    return StatusError(406, "NotAcceptable", message)


def already_exists(group: str, plural: str, name: str) -> StatusError:
    """The name is taken."""
    message = f'{_qualified(plural, group)} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, _details(group, plural, name))


MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


def conflict(group: str, plural: str, name: str, why: str = MODIFIED) -> StatusError:
    """The object changed since the client read it, or a precondition fails."""
    message = f'Operation cannot be fulfilled on {_qualified(plural, group)} "{name}": {why}'
    return StatusError(409, "Conflict", message, _details(group, plural, name))


def expired(message: str) -> StatusError:
    """The version asked for is no longer known."""
    return StatusError(410, "Expired", message)


def unsupported_media_type(message: str) -> StatusError:
    """The body is in a form, or of a kind, that the server cannot read."""
    return StatusError(415, "UnsupportedMediaType", message)


def invalid(group: str, kind: str, name: str, found: Sequence[Problem]) -> StatusError:
    """The object breaks a rule; every broken one is named."""
    texts = list(dict.fromkeys(str(problem) for problem in found))
    message = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    subject = f"{kind}.{group}" if group else kind
    details = _details(group, kind, name) | {"causes": [problem.cause() for problem in found]}
    return StatusError(422, "Invalid", f'{subject} "{name}" is invalid: {message}', details)


def future_version(asked: int, current: int) -> StatusError:
    """The version asked for has not happened yet."""
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return StatusError(504, "Timeout", message, {"retryAfterSeconds": 1, "causes": [cause]})


def _qualified(plural: str, group: str) -> str:
    return f"{plural}.{group}" if group else plural


def _details(group: str, kind: str, name: str) -> Object:
    fields = {"name": name, "group": group, "kind": kind}
    return {key: value for key, value in fields.items() if value}
