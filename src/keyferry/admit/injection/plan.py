"""What becomes of a pod that asks for workload identity: a patch, warnings, or a refusal. Pure; called by serve.

1. Its parts are read; what no API server sends is refused.
2. Its token's life, identity and way to Entra make a wish.
3. Each container that is not skipped gets what it lacks, init containers first; ephemeral ones stay as they are.
4. The proxy's containers follow where they are asked for, and the volume comes last.

Nothing is ever removed, and a pod that has it all gets no operation: an API server may ask twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keyferry.admit.injection import containers, expiry, names, proxy, telling, volume
from keyferry.admit.injection.pod_shape import Container, PodShape, parse
from keyferry.admit.injection.refusal import Refusal, Refused, bad_request
from keyferry.admit.injection.settings import Binding, InjectionSettings
from keyferry.admit.injection.wish import Wish, wish
from keyferry.kube.wire.patches import Operation
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION
from keyferry.spec import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """`patch` is RFC 6902, to be applied in order to the pod as it was sent; only `add` and `replace` occur.

    The pod is admitted where `refusal` is None. Values of the operations are shared: nobody changes them.
    """

    patch: tuple[Operation, ...] = ()
    warnings: tuple[str, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One pod with all that its injection goes by. `touched` are the containers that are not skipped."""

    pod: PodShape
    namespace: str
    account: Mapping[str, str]
    settings: InjectionSettings
    wish: Wish
    touched: tuple[Container, ...]
    skipped: frozenset[str]


def plan(pod: Mapping[str, Any], namespace: str, account: Mapping[str, str], settings: InjectionSettings) -> Injection:
    """Return what becomes of `pod`, which is left as it is.

    `namespace` is the request's; `account` has the annotations of the pod's ServiceAccount, of `default` where the pod
    names none.
    """
    try:
        shape = parse(pod)
        if shape.is_mirror:
            return Injection(warnings=(telling.mirror(),))
        case = _case(shape, namespace, account, settings)
        return Injection(patch=tuple(_operations(case)), warnings=tuple(_warnings(case)))
    except Refused as refused:
        return Injection(refusal=bad_request(refused))


def _case(pod: PodShape, namespace: str, account: Mapping[str, str], settings: InjectionSettings) -> _Case:
    seconds = expiry.seconds(pod.annotations, account, f"{namespace}/{pod.service_account}")
    listed = pod.annotations.get(names.SKIP_CONTAINERS, "").split(";")
    skipped = frozenset(name for text in listed if (name := text.strip()))
    return _Case(
        pod=pod,
        namespace=namespace,
        account=account,
        settings=settings,
        wish=wish(pod.name, account, seconds, settings, _binding(pod, settings)),
        touched=tuple(
            container for container in (*(pod.init_containers or ()), *pod.containers) if container.name not in skipped
        ),
        skipped=skipped,
    )


def _binding(pod: PodShape, settings: InjectionSettings) -> Binding | None:
    binding = settings.binding
    if binding is not None and pod.annotations.get(binding.annotation, "").lower() == "true":
        return binding
    return None


def _operations(case: _Case) -> Iterator[Operation]:
    for container in case.touched:
        yield from containers.operations(container, case.wish)
    if proxy.is_wanted(case.pod):
        yield from proxy.operations(case.pod, case.settings, lambda container: _of_the_proxy(container, case))
    last = volume.operation(case.pod, case.wish)
    if last is not None:
        yield last


def _of_the_proxy(container: dict[str, Any], case: _Case) -> dict[str, Any]:
    return container if container["name"] in case.skipped else containers.completed(container, case.wish)


def _warnings(case: _Case) -> Iterator[str]:
    yield from _of_the_account(case)
    occupied = [
        (container, found) for container in case.touched if (found := containers.obstacle(container, case.wish))
    ]
    if occupied:
        yield telling.occupied(occupied)
    annotations = case.pod.annotations
    if "," in annotations.get(names.SKIP_CONTAINERS, ""):
        yield telling.commas()
    if proxy.is_declined(case.pod):
        yield telling.proxy_declined()
    elif case.pod.is_windows and proxy.is_wanted(case.pod):
        yield telling.proxy_on_windows()
    if case.settings.binding is None and annotations.get(names.AKS_BINDING, "").lower() == "true":
        yield telling.no_binding(names.AKS_BINDING)


def _of_the_account(case: _Case) -> Iterator[str]:
    """Yield what is off in the annotations, where a container would have used them."""
    client_id = case.account.get(CLIENT_ID_ANNOTATION, "")
    whose = case.namespace, case.pod.service_account
    if _is_used(case, names.CLIENT_ID):
        if not client_id:
            yield telling.no_client_id(*whose)
        elif rules.guid(client_id):
            yield telling.odd_client_id(*whose)
    if case.account.get(TENANT_ID_ANNOTATION) == "" and _is_used(case, names.TENANT_ID):
        yield telling.no_tenant_id(*whose)


def _is_used(case: _Case, variable: str) -> bool:
    return any(variable not in (container.variables or ()) for container in case.touched)
