"""ARM as a whole: who calls, what the address is, which right it needs, and the handler that answers."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.lab.azure import clouds
from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.arm import access, answers, providers, routes, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Estate, Operation, Route
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.seed.declaration import TenantSeed
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WRITES: Final = ("PUT", "PATCH", "POST")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Answers for the ARM host of every cloud."""

    estate: Estate
    tokens: AccessTokens

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to any request at an ARM host."""
        cloud = clouds.of_arm(request.host)
        assert cloud is not None, "requests come here by an ARM host alone"
        try:
            reply = self._reply(request, cloud, now)
        except RefusedError as error:
            return answers.refusal(error, request, self._sources)
        return answers.answer(reply, request, self._sources)

    def refuse(self, request: Request, status: int, retry_after: str | None) -> Response:
        """Return an injected failure."""
        code = "TooManyRequests" if status == 429 else "InternalServerError"
        error = RefusedError(status, code, "The service cannot answer now. Try again later.")
        return answers.refusal(error, request, self._sources, retry_after)

    @property
    def _sources(self) -> Sources:
        return self.estate.sources

    def _reply(self, request: Request, cloud: Cloud, now: datetime) -> Reply:
        """Check token, subscription, address, version, verb, right, group: in this order, which is our choice."""
        path = re.sub("/+", "/", request.path).rstrip("/")
        segments = path.split("/")
        in_subscription = len(segments) > 2 and segments[1].lower() == "subscriptions"
        tenant = self._tenant(segments[2], cloud) if in_subscription else None
        caller = access.authenticate(request, cloud, self.tokens, tenant, now)
        access.refuse_revoked(request, caller, cloud, self.estate.revocations)
        if in_subscription and tenant is None:
            raise _no_subscription(segments[2])
        version = versions.demanded(request)
        route, names = _find(path)
        versions.check(route, version)
        operation = _operation(route, request)
        if operation.action:
            access.authorise(caller, operation.action.format_map(names), path or "/", self.estate.assignments)
        call = Call(
            request=request,
            path=path,
            names=names,
            version=version,
            caller=caller,
            cloud=cloud,
            now=now,
            estate=self.estate,
        )
        self._check_surroundings(call, route)
        return operation.handler(call)

    def _tenant(self, subscription: str, cloud: Cloud) -> TenantSeed | None:
        known = (each for each in self.estate.directory.tenants if each.cloud is cloud)
        return next((each for each in known if each.subscription_id == subscription.lower()), None)

    def _check_surroundings(self, call: Call, route: Route) -> None:
        """What is in a group needs the group, and what is written needs the registered provider."""
        inside = "group" in call.names and not call.path.lower().endswith(
            f"/resourcegroups/{call.names['group'].lower()}"
        )
        if inside and call.group_id.lower() not in self.estate.state.groups:
            raise RefusedError(
                404, "ResourceGroupNotFound", f"The resource group '{call.names['group'][:90]}' was not found."
            )
        if call.request.method in _WRITES and call.subscription and route.namespace:
            providers.demand_registration(call, route.namespace)


def _find(path: str) -> tuple[Route, dict[str, str]]:
    for route in routes.ROUTES:
        names = route.match(path)
        if names is not None:
            return route, dict(names)
    namespace = re.search(r"/providers/([^/]+)", path, re.IGNORECASE)
    if namespace is not None and namespace[1].lower() not in routes.NAMESPACES:
        raise RefusedError(
            404, "InvalidResourceNamespace", f"The resource namespace '{namespace[1][:80]}' is none of the lab's."
        )
    raise RefusedError(404, "InvalidResourceType", "The lab's ARM has no resource type at this address.")


def _operation(route: Route, request: Request) -> Operation:
    operation = route.operations.get(request.method)
    if operation is None:
        raise RefusedError(
            405,
            "MethodNotAllowed",
            f"The method '{request.method[:10]}' is not offered here. Offered are {', '.join(route.operations)}.",
            headers=(("Allow", ", ".join(route.operations)),),
        )
    return operation


def _no_subscription(subscription: str) -> RefusedError:
    if not _GUID.fullmatch(subscription.lower()):
        return RefusedError(
            400, "InvalidSubscriptionId", f"The subscription identifier '{subscription[:80]}' is no GUID."
        )
    return RefusedError(404, "SubscriptionNotFound", f"The subscription '{subscription}' was not found.")
