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

import msgspec

from keyferry.admit.injection import containers, proxy, telling, volume
from keyferry.admit.injection.case import Case, case_of
from keyferry.admit.injection.pod_shape import PodShape, parse
from keyferry.admit.injection.refusal import Refusal, Refused, bad_request
from keyferry.admit.injection.remarks import remarks
from keyferry.admit.injection.settings import InjectionSettings
from keyferry.kube.wire.patches import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """`patch` is RFC 6902, to be applied in order to the pod as it was sent; only `add` and `replace` occur.

    The pod is admitted where `refusal` is None. Values of the operations are shared: nobody changes them.
    """

    patch: tuple[Operation, ...] = ()
    warnings: tuple[str, ...] = ()
    refusal: Refusal | None = None


def read(pod: Mapping[str, Any] | msgspec.Raw) -> PodShape | Injection:
    """Return the parts of `pod`, which may be JSON still and is left as it is, or its refusal."""
    try:
        return parse(pod)
    except Refused as refused:
        return Injection(refusal=bad_request(refused))


def plan(pod: PodShape, namespace: str, account: Mapping[str, str], settings: InjectionSettings) -> Injection:
    """Return what becomes of `pod`.

    `namespace` is the request's; `account` has the annotations of the pod's ServiceAccount, of `default` where the pod
    names none.
    """
    if pod.is_mirror:
        return Injection(warnings=(telling.mirror(),))
    try:
        case = case_of(pod, namespace, account, settings)
        return Injection(patch=tuple(_operations(case)), warnings=tuple(remarks(case)))
    except Refused as refused:
        return Injection(refusal=bad_request(refused))


def _operations(case: Case) -> Iterator[Operation]:
    for container in case.touched:
        yield from containers.operations(container, case.wish)
    if proxy.is_wanted(case.pod):
        yield from proxy.operations(case.pod, case.settings, lambda container: _of_the_proxy(container, case))
    last = volume.operation(case.pod, case.wish)
    if last is not None:
        yield last


def _of_the_proxy(container: dict[str, Any], case: Case) -> dict[str, Any]:
    return container if container["name"] in case.skipped else containers.completed(container, case.wish)
