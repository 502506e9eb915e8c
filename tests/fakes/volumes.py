"""What tests of volumes need: payloads, and targets in kubelet's form."""

import ctypes
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keyferry.model.secrets import SecretValue
from keyferry.mount.disk.folder import Folder
from keyferry.mount.disk.kernel import LinuxKernel, may_mount
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import MountedFile, ObjectVersion, Payload, PodRef

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UID = "6d5a7f9e-8a37-4a3a-9d5f-0c8f6f4f2a11"


def files(contents: dict[str, str], mode: int = 0o644) -> tuple[MountedFile, ...]:
    return tuple(
        MountedFile(path=path, mode=mode, content=SecretValue(text.encode())) for path, text in contents.items()
    )


def payload(contents: dict[str, str], mode: int = 0o644) -> Payload:
    versions = tuple(ObjectVersion(id=f"secret/{path}", version="0" * 32) for path in contents)
    return Payload(files=files(contents, mode), versions=versions)


def target(root: Path, volume: str = "secrets", uid: str = UID) -> str:
    return f"{root}/pods/{uid}/volumes/kubernetes.io~csi/{volume}/mount"


def request(target_path: str, volume_id: str = "csi-1", **attributes: str) -> PublishRequest:
    return PublishRequest(
        volume_id=volume_id,
        target_path=target_path,
        class_name="kv",
        pod=PodRef(namespace="shop", name="orders-0", uid=UID, service_account="orders"),
        attributes=attributes,
        group=1000,
    )


def shown(folder: Path) -> dict[str, str]:
    """What a program sees that walks the visible names and opens every file."""
    found = {}
    for top in sorted(folder.iterdir()):
        if top.name.startswith(".."):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file():
                found[str(path.relative_to(folder))] = path.read_text()
    return found


def kernel_that_mounts() -> LinuxKernel:
    """The machine's own. Skips the test where this process may not mount."""
    kernel = LinuxKernel()
    if reason := may_mount(kernel):
        pytest.skip(f"no tmpfs can be mounted here: {reason}")
    return kernel


def mount_broken(folder: Path) -> None:
    """Mount a FUSE file system whose server is gone: every access fails with ENOTCONN. Skips where there is no FUSE."""
    try:
        server = os.open("/dev/fuse", os.O_RDWR)
    except OSError as refusal:
        pytest.skip(f"no broken mount can be made here: /dev/fuse: {refusal.strerror}")
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0".encode()
    refused = ctypes.CDLL(None).mount(b"broken", os.fsencode(folder), b"fuse", 0, options)
    os.close(server)
    if refused:
        pytest.skip("no broken mount can be made here: FUSE cannot be mounted")


def mount_foreign(folder: Path, kind: str = "ramfs", source: str = "foreign") -> None:
    """Mount what is not ours. Skips where that kind cannot be mounted."""
    if ctypes.CDLL(None).mount(source.encode(), os.fsencode(folder), kind.encode(), 0, None):
        pytest.skip(f"{kind} cannot be mounted here")


def mount_bound(folder: Path, at: Path) -> None:
    """Show a folder at another place, too: MS_BIND of mount(2)."""
    assert not ctypes.CDLL(None).mount(os.fsencode(folder), os.fsencode(at), None, 4096, None)


def unmount_all(root: Path) -> None:
    """Take away every mount below a folder, the innermost first."""
    kernel = LinuxKernel()
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    for path in sorted((Path(line.split(" ")[4]) for line in lines), reverse=True):
        if path.is_relative_to(root) and path != root:
            with Folder.root(str(path.parent)) as parent:
                kernel.unmount(parent, path.name)
