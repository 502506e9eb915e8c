"""What the tool could not do → why, and who must do what. Pure.

The tool's own words are kept, cut as all foreign text. What is recognized is recognized by the words of Terraform, of
OpenTofu and of the providers, where these give no codes.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable, foreign
from keyferry.provision.terraform.messages import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was being done: with which tool, which of its commands, where its folder and its log are."""

    tool: str
    command: str
    folder: str
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    pattern: re.Pattern[str]
    kind: Callable[..., KeyferryError]
    remedy: str


def _known(pattern: str, kind: Callable[..., KeyferryError], remedy: str) -> _Known:
    return _Known(pattern=re.compile(pattern, re.IGNORECASE | re.DOTALL), kind=kind, remedy=remedy)


_LOGIN: Final = "sign in: az login (or, in a pipeline, ARM_CLIENT_ID and ARM_USE_OIDC=true), then run this again"
_KNOWN: Final = (
    _known(
        r"error acquiring the state lock",
        Unavailable,
        "let the run that holds it come to its end; if there is none, {tool} -chdir={folder} force-unlock {lock}",
    ),
    _known(
        r"az login|azure ?cli authorizer|build(ing)? (an )?(account|authorizer)|could not acquire access token"
        r"|AADSTS\d+|ExpiredAuthenticationToken|InvalidAuthenticationToken",
        GrantError,
        _LOGIN,
    ),
    _known(
        r"roleAssignments/write",
        GrantError,
        "who runs this needs the role Role Based Access Control Administrator, or Owner, where roles are assigned",
    ),
    _known(
        r"AuthorizationFailed|does not have authorization|LinkedAuthorizationFailed",
        GrantError,
        "who runs this needs the role Contributor where it is made, and Role Based Access Control Administrator",
    ),
    _known(
        r"already exists - to be managed via|a resource with the ID .* already exists",
        SpecError,
        "somebody else made it: say `existing` of it in the estate, or take it over: {tool} -chdir={folder} import",
    ),
    _known(
        r"backend configuration (block has )?changed|backend initialization required|initialization required",
        SpecError,
        "move the state to where it is now to be: {tool} -chdir={folder} init -migrate-state",
    ),
    _known(
        r"failed to (query|install|retrieve|resolve)|could not (retrieve|connect to)|registry service",
        Unavailable,
        "the provider registry must be reached, or a mirror of it be named in Terraform's own configuration",
    ),
    _known(
        r"kubernetes cluster unreachable|invalid configuration: no configuration has been provided",
        Unavailable,
        "name the cluster that keyferry is installed on: KUBE_CONFIG_PATH, and KUBE_CTX for the context",
    ),
    _known(
        r"invalid value for (input )?variable|unsupported attribute|unsupported argument|precondition failed",
        SpecError,
        "",
    ),
)
_LOCK_ID: Final = re.compile(r"\bID:\s+(\S+)")
_PLAIN: Final = re.compile(r"^[╷│|\s]*Error: (.+)$", re.MULTILINE)
_FRAME: Final = re.compile(r"^[╷│╵|]\s?", re.MULTILINE)


def failed(step: Step, errors: Sequence[Diagnostic], tail: str, code: int = 1) -> KeyferryError:
    """Return the error for a command that did not end well; `tail` is the end of what it said in no form.

    `code` is what it ended with, below 0 the signal that ended it.
    """
    first = errors[0] if errors else _from_text(tail, code)
    text = f"{first.summary} {first.detail}"
    known = next((each for each in _KNOWN if each.pattern.search(text)), None)
    more = f" (and {len(errors) - 1} more errors)" if len(errors) > 1 else ""
    place = first.address or first.place
    what = f"{step.tool} {step.command} failed: {foreign(first.summary)}{f' ({place})' if place else ''}{more}"
    log = f"all that it said is in {step.log}"
    if known is None:
        return Unavailable(what=what, cause=foreign(first.detail), remedy=f"see to its cause and run this again; {log}")
    remedy = known.remedy.format(tool=step.tool, folder=step.folder, lock=_lock(text))
    return known.kind(what=what, cause=foreign(first.detail), remedy="; ".join(part for part in (remedy, log) if part))


def _from_text(tail: str, code: int) -> Diagnostic:
    """Read what `init` prints for people: `Error: summary`, a blank line, the detail; a frame around it."""
    found = _PLAIN.search(tail)
    if found is None:
        summary = f"signal {-code} ended it" if code < 0 else f"it ended with code {code}, and says no reason"
        return Diagnostic(is_error=True, summary=summary, detail=_FRAME.sub("", tail))
    return Diagnostic(is_error=True, summary=found.group(1).strip(), detail=_FRAME.sub("", tail[found.end() :]))


def _lock(text: str) -> str:
    found = _LOCK_ID.search(text)
    return found.group(1) if found else "ID"
