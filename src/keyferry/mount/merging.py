"""From a class and a pod's wishes to what a provider is asked. Pure. Called by publisher."""

from keyferry.model.errors import SpecError, Where
from keyferry.mount.azure import identities
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import Mount
from keyferry.spec.secret_provider_class import AZURE, KIND, SecretProviderClass


def mount_of(spec: SecretProviderClass, request: PublishRequest) -> Mount:
    """Return what to ask the class's provider for. SpecError where it names none, or no parameters.

    The pod's attributes are laid over the class's parameters, as the Secrets Store CSI driver does, but for those that
    would lend the pod an identity that is not its own, or more of one.
    """
    where = Where(kind=KIND, namespace=spec.namespace, name=spec.name)
    _check(spec, where)
    if spec.provider == AZURE and (
        refused := identities.attributes_problem(request.attributes, spec.parameters, where)
    ):
        raise refused
    return Mount(
        provider=spec.provider,
        class_name=spec.name,
        pod=request.pod,
        parameters={**spec.parameters, **request.attributes},
        target_path=request.target_path,
        tokens=request.tokens,
        secrets=request.secrets,
        fallback_vaults=spec.fallback_vaults,
        serve_stale=spec.serve_stale,
    )


def _check(spec: SecretProviderClass, where: Where) -> None:
    if not spec.provider:
        raise SpecError(
            what=f"SecretProviderClass {spec.namespace}/{spec.name} names no provider",
            cause="spec.provider is empty",
            remedy="write provider: azure",
            where=where,
        )
    if not spec.parameters:
        raise SpecError(
            what=f"SecretProviderClass {spec.namespace}/{spec.name} has no parameters",
            cause="spec.parameters is empty",
            remedy="name the vault, the tenant, the identity and the objects there",
            where=where,
        )
