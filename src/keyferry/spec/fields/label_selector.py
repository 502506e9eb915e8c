"""The fields of a label selector, wherever one stands."""

from keyferry.spec.schema import Items, Table, Text, Texts


def label_selector(doc: str) -> Table:
    """Return the selector; `doc` says of what the labels are."""
    expression = Table(
        doc="One requirement.",
        required=("key", "operator"),
        fields={
            "key": Text(doc="The label."),
            "operator": Text(doc="In, NotIn, Exists or DoesNotExist."),
            "values": Items(doc="Values for In and NotIn.", of=Text(doc="A value.")),
        },
    )
    return Table(
        doc=doc,
        atomic=True,
        fields={
            "matchLabels": Texts(doc="Labels with exactly these values."),
            "matchExpressions": Items(doc="Requirements that must all hold.", of=expression),
        },
    )
