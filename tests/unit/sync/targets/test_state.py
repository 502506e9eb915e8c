from keyferry.kube.wire.resources import CONFIG_MAPS
from keyferry.sync.targets import desired
from tests.fakes import generic_targets as targets
from tests.fakes.external_secrets import bundle


def test_the_owner_is_the_controller() -> None:
    assert targets.live({}).owner is None
    others = [targets.THEIRS | {"controller": False}, targets.OURS]
    owner = targets.live({}, ownerReferences=others).owner
    assert owner is not None
    assert owner.kind == "ExternalSecret"


def test_a_target_is_named_by_its_kind_and_key() -> None:
    assert targets.scene().name == "ConfigMap app/db"


def test_no_repr_shows_a_value() -> None:
    canary = "canary-7d1f"
    spec = targets.spec(targets.CONFIG_MAP)
    there = targets.live({"data": {"PASSWORD": canary}, "status": {"seen": canary}})
    scene = targets.scene(there, CONFIG_MAPS)
    rendered = targets.rendered(spec, bundle(canary))
    assert canary not in repr((scene, rendered, desired.of(scene, spec.target, rendered)))
