"""A pod's life as the API server sees it."""

from tests.fakes.kubelet_node import PODS, kubelet_node, until

EMPTY = {"name": "scratch", "emptyDir": {}}


async def test_a_pod_runs_and_goes_when_it_is_deleted() -> None:
    async with kubelet_node() as cluster:
        pod = await cluster.pod("app", EMPTY)
        running = await cluster.phase("app", "Running")
        assert running["status"]["startTime"]
        folder = cluster.root / "pods" / pod["metadata"]["uid"]
        assert folder.exists()
        await cluster.delete("app")
        assert not folder.exists()


async def test_a_pod_that_was_removed_by_force_leaves_nothing() -> None:
    async with kubelet_node() as cluster:
        pod = await cluster.pod("app", EMPTY)
        await cluster.phase("app", "Running")
        await cluster.delete("app", 0)
        await until(lambda: not (cluster.root / "pods" / pod["metadata"]["uid"]).exists())


async def test_a_pod_of_the_same_name_is_another_pod() -> None:
    async with kubelet_node() as cluster:
        uids = set()
        for _ in range(2):
            pod = await cluster.pod("app", EMPTY)
            uids.add(pod["metadata"]["uid"])
            await cluster.phase("app", "Running")
            await cluster.delete("app", 0)
        assert len(uids) == 2


async def test_a_pod_that_ran_to_its_end_stays_without_volumes() -> None:
    async with kubelet_node() as cluster:
        pod = await cluster.pod(
            "job",
            EMPTY,
            annotations={"keyferry.io/lab-process": "true"},
            restartPolicy="Never",
            containers=[{"name": "app", "image": "i", "command": ["sh", "-c", "exit 3"]}],
        )
        ended = await cluster.phase("job", "Failed")
        assert ended["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
        folder = cluster.root / "pods" / pod["metadata"]["uid"]
        await until(lambda: not (folder / "volumes" / "kubernetes.io~empty-dir" / "scratch").exists())
        assert (await cluster.admin.get(f"{PODS}/job"))["status"]["phase"] == "Failed"
        await cluster.delete("job")
        await until(lambda: not folder.exists())
