"""What the server says when a webhook refuses a write, or cannot be asked.

The words are those of `k8s.io/apiserver/pkg/admission/plugin/webhook/errors` and `.../util/webhook`.
"""

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.admission.hooks import Hook
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.status import StatusError

_LEAST = 400  # no refusal has a code of success


def denied(hook: Hook, told: Object) -> StatusError:
    """The webhook says no; `told` is the Status of its answer."""
    by = f'admission webhook "{hook.name}" denied the request'
    reason, message = str(told.get("reason") or ""), str(told.get("message") or "")
    why = f"{by}: {message or reason}" if message or reason else f"{by} without explanation"
    code = told.get("code")
    return StatusError(code if isinstance(code, int) and code >= _LEAST else _LEAST, reason, why, told.get("details"))


def failed(hook: Hook, why: str) -> StatusError:
    """The webhook gave no answer that counts, and nothing goes on without."""
    return internal(f'failed calling webhook "{hook.name}": {why}')


def internal(why: str) -> StatusError:
    """The server cannot go on."""
    return StatusError(500, "InternalError", f"Internal error occurred: {why}", {"causes": [{"message": why}]})


def no_dry_run(hook: Hook) -> StatusError:
    """The write is only tried, and the webhook does not know how to."""
    return status.bad_request(f'admission webhook "{hook.name}" does not support dry run')
