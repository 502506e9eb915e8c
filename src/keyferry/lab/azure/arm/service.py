"""ARM as a whole: paths to resources, with the right that each method needs."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.lab.azure import clouds
from keyferry.lab.azure.access_tokens import AccessTokens, Caller
from keyferry.lab.azure.arm import access, answers, identities, role_assignments
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.directory import Directory
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

_IDENTITY: Final = re.compile(
    r"(?P<identity>/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ManagedIdentity"
    r"/userAssignedIdentities/[^/]+)(?P<below>/federatedIdentityCredentials(?:/(?P<name>[^/]+))?)?",
    re.IGNORECASE,
)
_ASSIGNMENT: Final = re.compile(
    r"(?P<scope>.*)/providers/Microsoft\.Authorization/roleAssignments(?:/(?P<name>[^/]+))?", re.IGNORECASE
)
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
_VERBS: Final = {"GET": "read", "PUT": "write", "DELETE": "delete"}
_MSI: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Answers for the ARM host of every cloud."""

    directory: Directory
    assignments: Assignments
    tokens: AccessTokens
    vaults: tuple[Vault, ...]
    sources: Sources

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to any request at an ARM host."""
        cloud = clouds.of_arm(request.host)
        assert cloud is not None, "requests come here by an ARM host alone"
        try:
            caller = access.authenticate(request, cloud, self.tokens, now)
            if not request.parameter("api-version"):
                raise RefusedError(
                    400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required."
                )
            self._check_subscription(request)
            return self._route(request, caller)
        except RefusedError as error:
            return answers.refusal(error, request, self.sources)

    def refuse(self, request: Request, status: int, retry_after: str | None) -> Response:
        """Return an injected failure."""
        code = "TooManyRequests" if status == 429 else "InternalServerError"
        error = RefusedError(status, code, "The service cannot answer now. Try again later.")
        return answers.refusal(error, request, self.sources, retry_after)

    def _check_subscription(self, request: Request) -> None:
        match = _SUBSCRIPTION.match(request.path)
        known = {tenant.subscription_id for tenant in self.directory.tenants}
        if match is not None and match[1].lower() not in known:
            raise RefusedError(404, "SubscriptionNotFound", f"The subscription '{match[1][:36]}' was not found.")

    def _route(self, request: Request, caller: Caller) -> Response:
        path = request.path.rstrip("/")
        if (match := _ASSIGNMENT.fullmatch(path)) is not None:
            return self._role_assignment(request, caller, match["scope"], match["name"] or "")
        if (match := _IDENTITY.fullmatch(path)) is not None:
            return self._identity(request, caller, match)
        raise RefusedError(404, "InvalidResourceType", "The lab's ARM has nothing at this address.")

    def _identity(self, request: Request, caller: Caller, match: re.Match[str]) -> Response:
        kind = f"{_MSI}/federatedIdentityCredentials" if match["below"] else _MSI
        access.authorise(caller, f"{kind}/{_verb(request)}", match["identity"], self.assignments)
        identity = self.directory.identity_at(match["identity"])
        if identity is None:
            raise RefusedError(404, "ResourceNotFound", f"The resource '{match['identity'][:500]}' was not found.")
        name = match["name"] or ""
        match request.method, bool(match["below"]), bool(name):
            case "GET", False, _:
                return self._answer(request, 200, identities.identity_shape(identity))
            case "GET", True, False:
                return self._answer(request, 200, identities.list_credentials(identity))
            case "GET", True, True:
                return self._answer(request, 200, identities.get_credential(identity, name))
            case "PUT", True, True:
                return self._answer(request, *identities.put_credential(identity, name, request.body))
            case "DELETE", True, True:
                return self._answer(request, identities.delete_credential(identity, name), None)
            case _:
                raise _method_not_allowed(request)

    def _role_assignment(self, request: Request, caller: Caller, scope: str, name: str) -> Response:
        access.authorise(caller, f"Microsoft.Authorization/roleAssignments/{_verb(request)}", scope, self.assignments)
        match request.method, bool(name):
            case "GET", False:
                content = role_assignments.listing(self.assignments, scope, request.parameter("$filter"))
                return self._answer(request, 200, content)
            case "GET", True:
                return self._answer(request, 200, role_assignments.get(self.assignments, scope, name))
            case "PUT", True:
                self._check_scope(scope)
                return self._answer(
                    request, *role_assignments.put(self.assignments, self.directory, scope, name, request.body)
                )
            case "DELETE", True:
                return self._answer(request, *role_assignments.delete(self.assignments, scope, name))
            case _:
                raise _method_not_allowed(request)

    def _check_scope(self, scope: str) -> None:
        """A role can be assigned at what exists: an identity or vault (and below), a group or subscription of them."""
        things = (
            *(vault.resource_id for vault in self.vaults),
            *(each.resource_id for each in self.directory.identities),
        )
        wanted = f"{scope.lower()}/"
        if not any(wanted.startswith(f"{each.lower()}/") or each.lower().startswith(wanted) for each in things):
            raise RefusedError(404, "ResourceNotFound", f"The scope '{scope[:500]}' was not found.")

    def _answer(self, request: Request, status: int, content: object | None) -> Response:
        return answers.answer(content, request, self.sources, status)


def _verb(request: Request) -> str:
    verb = _VERBS.get(request.method)
    if verb is None:
        raise _method_not_allowed(request)
    return verb


def _method_not_allowed(request: Request) -> RefusedError:
    return RefusedError(405, "MethodNotAllowed", f"The method {request.method[:10]} is not offered here.")
