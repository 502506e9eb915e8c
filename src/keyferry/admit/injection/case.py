"""One pod that asks, with all that its injection goes by."""

from collections.abc import Mapping
from dataclasses import dataclass

from keyferry.admit.injection import expiry
from keyferry.admit.injection.pod_shape import Container, PodShape
from keyferry.admit.injection.settings import Binding, InjectionSettings
from keyferry.admit.injection.wish import Wish, wish
from keyferry.model.wellknown import SKIP_CONTAINERS_ANNOTATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`account` has the annotations of the pod's ServiceAccount.

    `skipped` are names that the pod asks to leave alone, `touched` its containers of other names, init containers
    first. Ephemeral containers are in neither: they have no token, as upstream.
    """

    pod: PodShape
    namespace: str
    account: Mapping[str, str]
    settings: InjectionSettings
    wish: Wish
    touched: tuple[Container, ...]
    skipped: frozenset[str]


def case_of(pod: PodShape, namespace: str, account: Mapping[str, str], settings: InjectionSettings) -> Case:
    """Return the case. Refused where the token's life is none."""
    seconds = expiry.seconds(pod.annotations, account, f"{namespace}/{pod.service_account}")
    listed = pod.annotations.get(SKIP_CONTAINERS_ANNOTATION, "").split(";")
    skipped = frozenset(name for text in listed if (name := text.strip()))
    everyone = (*(pod.init_containers or ()), *pod.containers)
    return Case(
        pod=pod,
        namespace=namespace,
        account=account,
        settings=settings,
        wish=wish(pod.name, account, seconds, settings, _binding(pod, settings)),
        touched=tuple(container for container in everyone if container.name not in skipped),
        skipped=skipped,
    )


def _binding(pod: PodShape, settings: InjectionSettings) -> Binding | None:
    binding = settings.binding
    if binding is not None and pod.annotations.get(binding.annotation, "").lower() == "true":
        return binding
    return None
