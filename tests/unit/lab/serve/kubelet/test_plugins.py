"""The registry folder, looked at by hand."""

from collections.abc import Iterator

import pytest

from keyferry.lab.serve.kubelet.cluster import Refused
from keyferry.lab.serve.kubelet.csi_client import NodeInfo
from keyferry.lab.serve.kubelet.plugins import Plugins
from tests.fakes.csi_driver import FakeDriver
from tests.fakes.running_lab import short_folder


class Node:
    """A CSINode, and plugins that keep it."""

    def __init__(self, driver: FakeDriver) -> None:
        self.entered: dict[str, str] = {}
        self.is_full = False
        self.plugins = Plugins(driver.registration.parent, add=self._add, remove=self._remove)

    async def _add(self, driver: str, info: NodeInfo) -> None:
        if self.is_full:
            raise Refused(409, "modified meanwhile")
        self.entered[driver] = info.node_id

    async def _remove(self, driver: str) -> None:
        del self.entered[driver]


@pytest.fixture
def driver() -> Iterator[FakeDriver]:
    with short_folder() as folder:
        made = FakeDriver(folder)
        made.registration.parent.mkdir()
        yield made


async def test_a_socket_that_comes_is_a_driver_until_it_goes(driver: FakeDriver) -> None:
    node = Node(driver)
    await node.plugins.look(0)
    async with driver.listening():
        await node.plugins.look(1)
        await node.plugins.look(2)
        assert node.entered == {driver.name: "machine-1"}
        assert node.plugins.drivers[driver.name].endpoint == driver.endpoint
        assert driver.told == [(True, "")]
    await node.plugins.look(3)
    assert (node.entered, node.plugins.drivers) == ({}, {})


async def test_a_new_socket_in_place_of_an_old_one_registers_anew(driver: FakeDriver) -> None:
    node = Node(driver)
    for now in range(2):
        async with driver.listening():
            await node.plugins.look(now)
    assert driver.told == [(True, ""), (True, "")]


async def test_hidden_sockets_and_other_files_are_left_alone(driver: FakeDriver) -> None:
    node = Node(driver)
    (driver.registration.parent / "readme").touch()
    driver.registration = driver.registration.with_name(f".{driver.registration.name}")
    async with driver.listening():
        await node.plugins.look(0)
    assert driver.told == []


async def test_a_failure_is_tried_again_after_a_while(driver: FakeDriver) -> None:
    node = Node(driver)
    node.is_full = True
    async with driver.listening():
        await node.plugins.look(0)
        assert node.plugins.drivers == {}
        node.is_full = False
        await node.plugins.look(0.4)
        assert driver.told[-1] == (False, f"driver {driver.name} cannot be asked or entered: modified meanwhile")
        await node.plugins.look(0.6)
        assert driver.told[-1] == (True, "")


async def test_a_socket_that_nobody_serves_harms_nobody(driver: FakeDriver) -> None:
    node = Node(driver)
    async with driver.listening():
        driver.registration.rename(driver.registration.with_name("kept.sock"))
        await node.plugins.look(0)
        assert set(node.plugins.drivers) == {driver.name}
    await node.plugins.look(1)
    assert node.plugins.drivers == {driver.name: node.plugins.drivers[driver.name]}
    (driver.registration.with_name("kept.sock")).unlink()
    await node.plugins.look(2)
    assert node.plugins.drivers == {}
