"""Where a gRPC socket of ours lies: `unix://…` as kubelet's plugins write it. Pure.

Only unix sockets: their folder's rights are all that keeps strangers out, and TCP has no such thing.
"""

import re
from typing import Final

from keyferry.model.errors import SpecError

MOST_PATH_BYTES: Final = 107  # sun_path has 108 with its NUL: unix(7)
_SCHEME: Final = "unix://"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def socket_path(endpoint: str, flag: str) -> str:
    """Return the absolute path that `endpoint` names; `unix://tmp/x` means `/tmp/x`, as in upstream's driver.

    SpecError, which names `flag`, for any other kind of address and for what no socket's path can be.
    """
    if not endpoint.lower().startswith(_SCHEME) or len(endpoint) == len(_SCHEME):
        raise _refused(endpoint, flag, "only unix sockets are served: nothing would keep strangers from a port")
    return checked("/" + endpoint[len(_SCHEME) :].lstrip("/"), flag)


def checked(path: str, flag: str) -> str:
    """Return `path` where a socket can lie there: absolute, clean and short. SpecError, which names `flag`."""
    if _CONTROL.search(path) or any(part in {"", ".", ".."} for part in path.split("/")[1:]):
        raise _refused(path, flag, "it has empty parts, . or .., or control characters")
    if not path.startswith("/"):
        raise _refused(path, flag, "it is not absolute")
    if len(path.encode()) > MOST_PATH_BYTES:
        raise _refused(path, flag, f"the path of a socket has at most {MOST_PATH_BYTES} bytes")
    return path


def _refused(text: str, flag: str, cause: str) -> SpecError:
    return SpecError(
        what=f"{text[:200]!r} is no place for a socket",
        cause=cause,
        remedy=f"write {flag} as unix:///csi/csi.sock" if flag.endswith("endpoint") else f"choose another with {flag}",
    )
