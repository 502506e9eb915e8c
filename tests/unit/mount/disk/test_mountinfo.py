"""The kernel's table of mounts."""

import pytest

from keyferry.mount.disk import mountinfo
from keyferry.mount.disk.mountinfo import Mounted

TABLE = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
101 22 0:50 / /var/lib/kubelet/pods/a/volumes/kubernetes.io~csi/s/mount rw,nosuid shared:9 - tmpfs keyferry rw
102 22 0:51 / /var/lib/kubelet/pods/b/volumes/kubernetes.io~csi/s/mount rw master:2 shared:3 - tmpfs tmpfs rw
103 22 0:50 /..data /mnt/bound rw - tmpfs keyferry rw
104 22 0:52
105 22 8:1 /a /b rw - ext4
""".splitlines(keepends=True)


@pytest.mark.parametrize(
    ("mount_id", "expected", "is_tmpfs", "is_ours"),
    [
        pytest.param(101, Mounted(kind="tmpfs", source="keyferry"), True, True, id="ours"),
        pytest.param(102, Mounted(kind="tmpfs", source="tmpfs"), True, False, id="upstreams"),
        pytest.param(103, Mounted(kind="tmpfs", source="keyferry", root="/..data"), False, False, id="a-part-of-ours"),
        pytest.param(22, Mounted(kind="ext4", source="/dev/sda1"), False, False, id="a-disk"),
    ],
)
def test_mounts_are_told_apart(mount_id: int, expected: Mounted, is_tmpfs: bool, is_ours: bool) -> None:
    found = mountinfo.find(TABLE, mount_id)
    assert found == expected
    assert (found.is_tmpfs, found.is_ours) == (is_tmpfs, is_ours)


@pytest.mark.parametrize("mount_id", [1, 10, 104, 105])
def test_what_is_not_there_or_no_mount_is_none(mount_id: int) -> None:
    assert mountinfo.find(TABLE, mount_id) is None
