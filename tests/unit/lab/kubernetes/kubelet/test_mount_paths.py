import pytest

from keyferry.lab.kubernetes.kubelet import mount_paths

MOUNTS = {"/mnt/db": "/n/db", "/mnt/db/tls": "/n/tls", "/etc/app": "/n/app"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cat /mnt/db/password", "cat /n/db/password"),
        ("/mnt/db", "/n/db"),
        ("--file=/mnt/db/tls/key,/etc/app", "--file=/n/tls/key,/n/app"),
        ("open('/mnt/db')", "open('/n/db')"),
        ("/mnt/dbs", "/mnt/dbs"),
        ("/mnt/db.old", "/mnt/db.old"),
        ("/other/mnt/db", "/other/mnt/db"),
        ("nothing", "nothing"),
    ],
)
def test_a_containers_paths_become_the_nodes(text: str, said: str) -> None:
    assert mount_paths.rewritten(text, MOUNTS) == said
    assert mount_paths.rewritten(text, {}) == text


def test_mounts_of_a_container() -> None:
    container = {
        "volumeMounts": [
            {"name": "db", "mountPath": "/mnt/db/"},
            {"name": "my-tls", "mountPath": "/tls", "subPath": "inner"},
            {"name": "unknown", "mountPath": "/x"},
        ]
    }
    places = {"db": "/n/db", "my-tls": "/n/tls", "other": "/n/other"}
    assert mount_paths.of(container, places) == {"/mnt/db": "/n/db", "/tls": "/n/tls/inner"}
    assert mount_paths.names(container, places) == {"LAB_MOUNT_DB": "/n/db", "LAB_MOUNT_MY_TLS": "/n/tls"}
