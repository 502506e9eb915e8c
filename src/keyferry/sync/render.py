"""The data of a Secret from a spec and the values that were read. Pure and total: a failure is returned, not raised.

Order as in External Secrets: every `dataFrom` in its order, later keys over earlier ones, then every `data` over those;
the template comes last.
"""

from collections.abc import Mapping

from keyferry.model.errors import KeyferryError, SecretAbsent, SpecError, Where
from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.spec.external_secret import CreationPolicy, DeletionPolicy, ExternalSecret
from keyferry.sync.rendering import entries, templates
from keyferry.sync.rendering.engine import Engine
from keyferry.sync.rendering.entry import Entry
from keyferry.sync.state import Failed, Rendered, Shape, Values


def render(spec: ExternalSecret, values: Values, engine: Engine) -> Rendered | Failed:
    """Return what the Secret shall hold, or the first failure."""
    try:
        made, missing = read(spec, values, engine)
        data, shape = _shaped(spec, values, made, engine)
    except KeyferryError as failure:
        return Failed(error=failure)
    return Rendered(
        data={key: SecretValue(value) for key, value in data.items()},
        data_hash=hashes.data_hash(data),
        is_empty=not made,
        shape=shape,
        missing=tuple(missing),
        at=values.at,
        fallbacks=values.fallbacks,
        origins={key: one.origin for key, one in made.items() if one.origin is not None},
    )


def read(spec: ExternalSecret, values: Values, engine: Engine) -> tuple[dict[str, Entry], list[str]]:
    """Return what was read, and what was missing where `deletionPolicy` tolerates that. Raises the first failure."""
    made: dict[str, Entry] = {}
    missing: list[str] = []
    for path, contribution in entries.contributions(spec, values, engine):
        try:
            made |= contribution()
        except SecretAbsent as absence:
            if spec.target.deletion_policy is DeletionPolicy.RETAIN:
                raise
            missing.append(f"{path}: {absence.what}")
        except SpecError as mistake:
            raise placed(mistake, spec, path) from None
    return made, missing


def _shaped(
    spec: ExternalSecret, values: Values, made: Mapping[str, Entry], engine: Engine
) -> tuple[Mapping[str, bytes], Shape | None]:
    """Apply the template, where there is one, a Secret to write and something to write into it."""
    target = spec.target
    is_void = not made and target.deletion_policy is not DeletionPolicy.MERGE
    if target.template is None or target.creation_policy is CreationPolicy.NONE or is_void:
        return {key: one.value for key, one in made.items()}, None
    try:
        return templates.apply(target.template, made, values.sources, engine)
    except templates.Misplaced as mistake:
        raise placed(mistake, spec, mistake.path) from None


def placed(mistake: SpecError, spec: ExternalSecret, path: str) -> SpecError:
    """Return a new error with the entry's path: ExternalSecrets may share the one that a common read brought."""
    where = Where(kind="ExternalSecret", namespace=spec.namespace, name=spec.name, path=path)
    return SpecError(what=mistake.what, cause=mistake.cause, remedy=mistake.remedy, where=mistake.where or where)
