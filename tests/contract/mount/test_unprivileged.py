"""A node process without rights: it says that it may not mount, and plain directories work."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[3]
NOBODY = 65534

PROGRAM = """
import os, sys
from pathlib import Path
from keyferry.mount.disk.disk import Disk
from keyferry.mount.disk.kernel import LinuxKernel, may_mount
from keyferry.mount.disk.targets import Targets
from tests.fakes.volumes import NOW, payload, shown, target

if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
print("refused:", may_mount(LinuxKernel()))
path = target(Path(sys.argv[1]))
disk = Disk(targets=Targets(root=sys.argv[1]), kernel=LinuxKernel(), size_limit_bytes=2**20, is_plain=True)
disk.prepare(path)
for text in ("one", "two"):
    disk.write(path, payload({"open": text, "a/b": text}), group=4711, now=NOW)
    print(shown(Path(path)))
for _ in range(2):  # closed to its owner, so it cannot be compared
    disk.write(path, payload({"closed": "x"}, mode=0), group=None, now=NOW)
disk.remove(path)
print(disk.exists(path))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts are Linux's")
def test_without_rights_there_are_plain_directories() -> None:
    with TemporaryDirectory() as folder:  # pytest's own are closed to other users
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        command = [sys.executable, "-c", PROGRAM, folder, str(NOBODY)]
        shown = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert shown.stderr == ""
    refused, one, two, exists = shown.stdout.splitlines()
    assert "CAP_SYS_ADMIN" in refused
    assert (one, two) == ("{'a/b': 'one', 'open': 'one'}", "{'a/b': 'two', 'open': 'two'}")
    assert exists == "False"
