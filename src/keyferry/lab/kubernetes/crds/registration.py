"""A CustomResourceDefinition as the resources it makes the server serve.

Several versions may be served; one is stored. Conversion is "None": only apiVersion changes, and each version defaults
and prunes by its own schema on the way in and out.
"""

from functools import partial

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.crds import defaults, prune, rules, validate
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem
from keyferry.lab.kubernetes.resources import Behaviour, Column, Resource

AGE = Column(
    name="Age",
    type="date",
    path=".metadata.creationTimestamp",
    description="CreationTimestamp is a timestamp representing the server time when this object was created.",
)


def resources(definition: Object) -> list[Resource]:
    """Return a resource for every served version, the stored one first."""
    versions = [version for version in definition["spec"]["versions"] if version.get("served")]
    versions.sort(key=lambda version: not version.get("storage"))
    return [_resource(definition, version) for version in versions]


def _resource(definition: Object, version: Object) -> Resource:
    spec = definition["spec"]
    names = spec["names"]
    schema = objects.dig(version, "schema", "openAPIV3Schema") or {}
    group_version = f"{spec['group']}/{version['name']}"
    stored_version = next(one["name"] for one in spec["versions"] if one.get("storage"))
    return Resource(
        group=spec["group"],
        version=version["name"],
        kind=names["kind"],
        plural=names["plural"],
        singular=names.get("singular") or names["kind"].lower(),
        namespaced=spec["scope"] == "Namespaced",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        has_status="status" in (version.get("subresources") or {}),
        tracks_generation=True,
        unconditional_update=False,
        custom=True,
        schema=schema,
        columns=_columns(version),
        selectable_fields=tuple(field["jsonPath"].lstrip(".") for field in version.get("selectableFields") or ()),
        deprecation=_deprecation(version, group_version, names["kind"]),
        behaviour=_behaviour(schema, group_version, f"{spec['group']}/{stored_version}"),
    )


def _behaviour(schema: Object, group_version: str, stored_version: str) -> Behaviour:
    filled = defaults.defaulting(schema)
    checked = _without_metadata(schema)
    has_rules = rules.there(schema)

    def default(new: Object, _old: Object | None) -> None:
        if filled:
            defaults.fill(new, filled)

    def validated(new: Object, old: Object | None) -> list[Problem]:
        found = validate.validate(new, checked)
        return found + rules.broken(new, checked, old, found) if has_rules else found

    def shown(stored: Object) -> Object:
        if stored["apiVersion"] == group_version and not filled:
            return stored
        document = objects.copy(stored)
        document["apiVersion"] = group_version
        prune.prune(document, schema)
        default(document, None)
        return document

    return Behaviour(
        default=default,
        validate=validated,
        to_storage=partial(_relabelled, stored_version),
        from_storage=shown,
    )


def _relabelled(group_version: str, document: Object) -> Object:
    return {**document, "apiVersion": group_version}


def _without_metadata(schema: Object) -> Object:
    properties = schema.get("properties") or {}
    return {**schema, "properties": {key: part for key, part in properties.items() if key != "metadata"}}


def _columns(version: Object) -> tuple[Column, ...]:
    found = version.get("additionalPrinterColumns")
    if not found:
        return (AGE,)
    return tuple(
        Column(
            name=column["name"],
            type=column.get("type") or "string",
            format=column.get("format") or "",
            description=column.get("description")
            or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}",
            path=column["jsonPath"],
            priority=column.get("priority") or 0,
        )
        for column in found
    )


def _deprecation(version: Object, group_version: str, kind: str) -> str:
    if not version.get("deprecated"):
        return ""
    return version.get("deprecationWarning") or f"{group_version} {kind} is deprecated"
