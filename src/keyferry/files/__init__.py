"""For applications: secrets that are mounted as files, read as one version and watched for rotation.

    from keyferry.files import SecretFiles

    secrets = SecretFiles("/mnt/secrets")
    password = secrets.text("db-password")
    with secrets.watch(lambda change: pool.reconnect(secrets.text("db-password"))):
        serve()

Works on the volumes of keyferry, of the Secrets Store CSI driver and of kubelet itself (Secret, ConfigMap, projected),
which share one layout. On a plain folder there are no versions: it changes file by file, and a file that is not renamed
into place may be seen half written. Lives here: nothing but that. May import: the standard library alone, so
that an application takes nothing else along. Must stay out: everything else of keyferry.
"""

from keyferry.files.secret_files import SecretFiles
from keyferry.files.snapshot import Change, Snapshot
from keyferry.files.watching import AsyncChanges, Watch

__all__ = ["AsyncChanges", "Change", "SecretFiles", "Snapshot", "Watch"]
