"""The fields of SecretProviderClassPodStatus, which has a status and no spec; the same in both versions."""

from keyferry.spec.schema import Flag, Items, Table, Text


def status() -> Table:
    """Return the fields under `status`."""
    mounted = Table(
        doc="One object.",
        fields={
            "id": Text(doc="Kind and name of the object, such as secret/db-password."),
            "version": Text(doc="The version that is mounted."),
        },
    )
    return Table(
        doc="What one pod has mounted of one SecretProviderClass.",
        fields={
            "podName": Text(doc="Name of the pod."),
            "secretProviderClassName": Text(doc="Name of the SecretProviderClass."),
            "mounted": Flag(doc="Whether the files are there."),
            "targetPath": Text(doc="Where the volume is on the node."),
            "objects": Items(doc="The objects that are mounted, sorted by id.", of=mounted),
        },
    )
