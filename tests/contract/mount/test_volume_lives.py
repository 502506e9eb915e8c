"""Any order of calls, restarts and mishaps, against a model: what is there is what was written last, or nothing."""

import asyncio
import shutil
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from keyferry.model.errors import SpecError, Unavailable
from keyferry.mount.disk.volumes import Volumes
from keyferry.mount.settings import VolumeSettings
from tests.fakes.volumes import kernel_that_mounts, payload, request, shown, target, unmount_all

VOLUMES = st.sampled_from(["one", "two"])
CONTENTS = st.dictionaries(st.sampled_from(["a", "b", "c/d"]), st.sampled_from(["1", "2"]), min_size=1)


class Lives(RuleBasedStateMachine):
    """Two volumes of a pod. `made` are those that kubelet has asked for, `filled` what they hold."""

    is_plain = True

    @initialize()
    def begin(self) -> None:
        self.root = Path(mkdtemp())
        self.runner = asyncio.Runner()
        self.made: set[str] = set()
        self.filled: dict[str, dict[str, str]] = {}
        self.start()

    def start(self) -> None:
        settings = VolumeSettings(kubelet_root=self.root, folder=self.root / "plugin", without_tmpfs=self.is_plain)
        self.volumes = Volumes(settings)
        found = self.runner.run(self.volumes.published())
        assert {each.target_path for each in found} == {self.path(name) for name in self.filled}

    def path(self, name: str) -> str:
        return target(self.root, name)

    @rule(name=VOLUMES)
    def make(self, name: str) -> None:
        self.runner.run(self.volumes.make(request(self.path(name), volume_id=name)))
        self.made.add(name)

    @rule(name=VOLUMES, contents=CONTENTS)
    def fill(self, name: str, contents: dict[str, str]) -> None:
        work = self.volumes.fill(self.path(name), payload(contents))
        if name not in self.made:
            with pytest.raises(Unavailable):
                self.runner.run(work)
            return
        before = self.filled.get(name, {})
        assert set(self.runner.run(work)) == {
            path for path in before | contents if before.get(path) != contents.get(path)
        }
        self.filled[name] = contents

    @rule(name=VOLUMES)
    def remove(self, name: str) -> None:
        self.runner.run(self.volumes.remove(name, self.path(name)))
        self.made.discard(name)
        self.filled.pop(name, None)

    @rule(name=VOLUMES)
    def ask_wrongly(self, name: str) -> None:
        other = "two" if name == "one" else "one"
        if other in self.made:
            with pytest.raises(SpecError):
                self.runner.run(self.volumes.remove(name, self.path(other)))

    @rule()
    def restart(self) -> None:
        self.runner.run(self.volumes.aclose())
        self.start()

    @rule(name=VOLUMES)
    def vanish(self, name: str) -> None:
        """Somebody deletes the target, or a reboot takes the mount."""
        unmount_all(Path(self.path(name)).parent)
        shutil.rmtree(self.path(name), ignore_errors=True)
        self.filled.pop(name, None)
        self.made.discard(name)
        self.runner.run(self.volumes.remove(name, self.path(name)))

    @invariant()
    def holds_what_was_written(self) -> None:
        for name in ("one", "two"):
            path = self.path(name)
            assert self.runner.run(self.volumes.is_filled(path)) == (name in self.filled)
            assert (shown(Path(path)) if Path(path).exists() else {}) == self.filled.get(name, {})

    def teardown(self) -> None:
        with closing(self.runner):
            self.runner.run(self.volumes.aclose())
        unmount_all(self.root)
        shutil.rmtree(self.root)


class MountedLives(Lives):
    """The same on real mounts."""

    is_plain = False


FEW = settings(max_examples=15, stateful_step_count=20, deadline=None)


def test_plain_directories() -> None:
    run_state_machine_as_test(Lives, settings=FEW)


def test_real_mounts() -> None:
    kernel_that_mounts()
    run_state_machine_as_test(MountedLives, settings=FEW)
