"""What a pod's author should know, although the pod is admitted: where upstream is silent, and harm follows."""

from collections.abc import Iterator

from keyferry.admit.injection import containers, names, proxy, telling
from keyferry.admit.injection.case import Case
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, SKIP_CONTAINERS_ANNOTATION, TENANT_ID_ANNOTATION
from keyferry.spec import rules


def remarks(case: Case) -> Iterator[str]:
    """Yield the warnings of a case, each once for the whole pod."""
    yield from _of_the_account(case)
    occupied = [
        (container, found) for container in case.touched if (found := containers.obstacle(container, case.wish))
    ]
    if occupied:
        yield telling.occupied(occupied)
    yield from _of_annotations(case)


def _of_the_account(case: Case) -> Iterator[str]:
    """Yield what is off with the ServiceAccount, where a container would have used it."""
    client_id = case.account.get(CLIENT_ID_ANNOTATION, "")
    whose = case.namespace, case.pod.service_account
    if _is_used(case, names.CLIENT_ID):
        if not client_id:
            yield telling.no_client_id(*whose)
        elif rules.guid(client_id):
            yield telling.odd_client_id(*whose)
    tenant_id = case.account.get(TENANT_ID_ANNOTATION)
    if tenant_id is not None and not names.can_be_tenant(tenant_id) and _is_used(case, names.TENANT_ID):
        yield telling.odd_tenant_id(*whose) if tenant_id else telling.no_tenant_id(*whose)


def _of_annotations(case: Case) -> Iterator[str]:
    annotations = case.pod.annotations
    if "," in annotations.get(SKIP_CONTAINERS_ANNOTATION, ""):
        yield telling.commas()
    if proxy.is_declined(case.pod):
        yield telling.proxy_declined()
    elif case.pod.is_windows and proxy.is_wanted(case.pod):
        yield telling.proxy_on_windows()
    if case.settings.binding is None and annotations.get(names.AKS_BINDING, "").lower() == "true":
        yield telling.no_binding(names.AKS_BINDING)


def _is_used(case: Case, variable: str) -> bool:
    return any(variable not in (container.variables or ()) for container in case.touched)
