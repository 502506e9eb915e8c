"""The series of controllers, as Go's controller-runtime names them."""

import asyncio
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest

from keyferry.kube.controller.loop import Again, Controller, Done, Limits, Result
from keyferry.kube.controller.metrics import WorkCollector
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import NotFound


def shown(*controllers: Controller) -> set[str]:
    registry = CollectorRegistry()
    registry.register(WorkCollector(controllers))
    return {line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")}


async def test_tells_how_reconciles_ended_and_what_waits() -> None:
    ended = asyncio.Event()

    async def reconcile(key: Key) -> Result:
        if key.name == "fails":
            raise NotFound(what="it is not there", remedy="make it")
        if key.name == "stops":
            ended.set()
            await asyncio.sleep(0)
            return Done()
        return Again(timedelta(hours=1)) if key.name == "again" else Done()

    controller = Controller("thing", reconcile, limits=Limits(workers=1))
    for name in ("fails", "again", "done", "stops"):
        controller.enqueue(Key(namespace="app", name=name))
    assert 'workqueue_depth{controller="thing",name="thing"} 4.0' in shown(controller)
    running = asyncio.create_task(controller.run())
    await ended.wait()
    assert 'controller_runtime_active_workers{controller="thing"} 1.0' in shown(controller)
    controller.stop()
    await running
    assert shown(controller) >= {
        'controller_runtime_reconcile_total{controller="thing",result="error"} 1.0',
        'controller_runtime_reconcile_total{controller="thing",result="requeue_after"} 1.0',
        'controller_runtime_reconcile_total{controller="thing",result="success"} 2.0',
        'controller_runtime_reconcile_errors_total{controller="thing"} 1.0',
        'controller_runtime_reconcile_time_seconds_bucket{controller="thing",le="60.0"} 4.0',
        'controller_runtime_reconcile_time_seconds_bucket{controller="thing",le="+Inf"} 4.0',
        'controller_runtime_reconcile_time_seconds_count{controller="thing"} 4.0',
        'controller_runtime_active_workers{controller="thing"} 0.0',
        'controller_runtime_max_concurrent_reconciles{controller="thing"} 1.0',
        'workqueue_depth{controller="thing",name="thing"} 0.0',
    }
