"""The fields that say what to read from a store and how to turn it into the keys and values of a Secret."""

from keyferry.spec import rules
from keyferry.spec.fields.references import V1
from keyferry.spec.schema import Items, Node, Table, Text, Texts


def remote_ref(version: str, doc: str) -> Table:
    """Return `remoteRef`, which is also `extract`."""
    return Table(
        doc=doc,
        required=("key",),
        fields={
            "key": Text(
                doc="Name of the secret in the vault, such as app-prod-db-password; secret/NAME, cert/NAME and "
                "key/NAME say the kind of object too.",
                rule=rules.object_key,
            ),
            "property": Text(
                doc="Part of a value that is JSON, as a GJSON path: db.password takes the member password of db.",
                rule=rules.gjson_path,
            ),
            "version": Text(
                doc="Version of the secret, 32 hexadecimal digits; the latest when missing.", rule=rules.object_version
            ),
            "metadataPolicy": _metadata_policy(version),
            **conversions(version),
        },
    )


def find(version: str) -> Table:
    """Return `find`: every secret of the vault whose name and tags fit."""
    return Table(
        doc="Takes every secret whose name and tags fit; new ones arrive by themselves. Both conditions must hold; "
        "without any, every enabled secret fits. Each becomes a key of its own name.",
        fields={
            "name": Table(
                doc="Condition on the name.",
                fields={
                    "regexp": Text(
                        doc='Regular expression (RE2) that must occur in the name, such as "^app-.*-password$".',
                        rule=rules.regexp,
                        most_together=rules.MOST_PATTERNS,
                    )
                },
            ),
            "path": Text(doc="Has no meaning for Azure Key Vault, and no effect."),
            "tags": Texts(doc="Tags that the secret must have, each with exactly this value."),
            **conversions(version),
        },
    )


def conversions(version: str) -> dict[str, Node]:
    """Return the policies that `remoteRef`, `extract` and `find` share."""
    v1 = version == V1
    policies: dict[str, Node] = {
        "conversionStrategy": Text(
            doc="Default writes _ for a character that a Secret's key cannot have; Unicode writes its code, as _U002f_ "
            "for a slash.",
            enum=("Default", "Unicode"),
            default=None if v1 else "Default",
        ),
        "decodingStrategy": decoding_strategy(
            "How to decode the value. Auto decodes whatever looks like Base64, plain words such as test among it.",
            default=None if v1 else "None",
        ),
    }
    if v1:
        policies["nullBytePolicy"] = Text(
            doc="Fail refuses values that hold a NUL byte; Ignore, which a missing policy means, takes them.",
            enum=("Ignore", "Fail"),
        )
    return policies


def decoding_strategy(doc: str, default: str | None = None) -> Text:
    """Return a field that says how values are decoded."""
    return Text(doc=doc, enum=("Auto", "Base64", "Base64URL", "None"), default=default)


def rewrites(version: str) -> Items:
    """Return `rewrite`: the steps that rename keys."""
    steps: dict[str, Node] = {
        "regexp": Table(
            doc="Replaces what matches in each key.",
            required=("source", "target"),
            fields={
                "source": Text(
                    doc='Regular expression (RE2), such as "^app-(.*)$".',
                    rule=rules.regexp,
                    most_together=rules.MOST_PATTERNS,
                ),
                "target": Text(doc='What takes its place, such as "${1}".'),
            },
        ),
        "transform": Table(
            doc="Renders each key from a template.",
            required=("template",),
            fields={"template": Text(doc='Go template over the key, such as "{{ .value | upper }}".')},
        ),
    }
    if version == V1:
        steps["merge"] = _merge()
    step = Table(doc="One step, of one kind.", min_properties=1, max_properties=1, fields=steps)
    return Items(doc="Steps that rename the keys, one after another.", of=step)


def _merge() -> Table:
    return Table(
        doc="Merges values that are JSON objects.",
        fields={
            "into": Text(doc="Key that takes the merged object, with the strategy JSON.", default=""),
            "strategy": Text(
                doc="Extract makes every member a key; JSON writes one object.",
                enum=("Extract", "JSON"),
                default="Extract",
            ),
            "conflictPolicy": Text(
                doc="What a member that occurs twice means.", enum=("Ignore", "Error"), default="Error"
            ),
            "priority": Items(doc="Keys whose members win, the last most.", of=Text(doc="A key.")),
            "priorityPolicy": Text(
                doc="What a key of priority that does not exist means.",
                enum=("IgnoreNotFound", "Strict"),
                default="Strict",
            ),
        },
    )


def _metadata_policy(version: str) -> Text:
    return Text(
        doc="Fetch takes the tags of the secret, and its dates as attribute.expires and the like, in place of its "
        "value.",
        enum=("None", "Fetch"),
        default=None if version == V1 else "None",
    )
