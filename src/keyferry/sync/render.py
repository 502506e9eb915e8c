"""The data of a Secret from a spec and the values that were read. Pure and total: a failure is returned, not raised.

Order as in External Secrets: every `dataFrom` in its order, later keys over earlier ones, then every `data` over those.
"""

from keyferry.model.errors import KeyferryError, SecretAbsent, SpecError, Where
from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.spec.external_secret import DeletionPolicy, ExternalSecret
from keyferry.sync.rendering import entries
from keyferry.sync.rendering.entry import Entry
from keyferry.sync.rendering.rewrite import Transform
from keyferry.sync.state import Failed, Rendered, Values


def render(spec: ExternalSecret, values: Values, transform: Transform) -> Rendered | Failed:
    """Return the data that the Secret shall hold, or the first failure."""
    made: dict[str, Entry] = {}
    missing: list[str] = []
    try:
        for path, contribution in entries.contributions(spec, values, transform):
            try:
                made |= contribution()
            except SecretAbsent as absence:
                if spec.target.deletion_policy is DeletionPolicy.RETAIN:
                    raise
                missing.append(f"{path}: {absence.what}")
            except SpecError as mistake:
                raise _placed(mistake, _where(spec, path)) from None
    except KeyferryError as failure:
        return Failed(error=failure)
    data = {key: one.value for key, one in made.items()}
    return Rendered(
        data={key: SecretValue(value) for key, value in data.items()},
        data_hash=hashes.data_hash(data),
        is_empty=not made,
        missing=tuple(missing),
        at=values.at,
        fallbacks=values.fallbacks,
        origins={key: one.origin for key, one in made.items() if one.origin is not None},
    )


def _placed(mistake: SpecError, where: Where) -> SpecError:
    """A new error with the entry's path: several ExternalSecrets may share the one that a common read brought."""
    return SpecError(what=mistake.what, cause=mistake.cause, remedy=mistake.remedy, where=mistake.where or where)


def _where(spec: ExternalSecret, path: str) -> Where:
    return Where(kind="ExternalSecret", namespace=spec.namespace, name=spec.name, path=path)
