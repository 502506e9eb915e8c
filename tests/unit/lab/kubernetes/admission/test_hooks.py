import base64

import pytest

from keyferry.lab.kubernetes.admission import hooks
from keyferry.lab.kubernetes.admission.hooks import Hook
from tests.fakes.kubernetes_cluster import FakeCluster
from tests.fakes.webhooks import MUTATING, VALIDATING, configuration, hook


def test_webhooks_come_by_the_names_of_their_configurations_then_as_listed() -> None:
    cluster = FakeCluster()
    assert hooks.of(cluster.api.store, hooks.VALIDATING) == []
    cluster.post(VALIDATING, configuration("b", hook("three")))
    cluster.post(VALIDATING, configuration("a", hook("two"), hook("one")))
    cluster.post(MUTATING, configuration("c", hook("other")))
    found = hooks.of(cluster.api.store, hooks.VALIDATING)
    assert [(one.key, one.name) for one in found] == [
        (("a", 0), "two.example.com"),
        (("a", 1), "one.example.com"),
        (("b", 0), "three.example.com"),
    ]


@pytest.mark.parametrize(
    ("versions", "chosen"),
    [
        pytest.param(["v1"], "v1", id="the-only-one"),
        pytest.param(["v1beta1", "v1"], "v1beta1", id="the-webhooks-order-counts"),
        pytest.param(["v7", "v1"], "v1", id="unknown-ones-are-passed-over"),
    ],
)
def test_a_webhook_is_sent_the_first_version_that_both_know(versions: list[str], chosen: str) -> None:
    document = hook("one", admissionReviewVersions=versions)
    assert Hook(configuration="a", index=0, document=document).review_version == chosen


def test_the_authorities_are_decoded() -> None:
    config = {"url": "https://127.0.0.1/", "caBundle": base64.b64encode(b"PEM").decode()}
    assert Hook(configuration="a", index=0, document=hook("one", clientConfig=config)).ca_pem == b"PEM"
    assert Hook(configuration="a", index=0, document=hook("one")).ca_pem == b""


@pytest.mark.parametrize(
    ("effects", "may"),
    [
        pytest.param("None", True, id="none"),
        pytest.param("NoneOnDryRun", True, id="none-on-dry-run"),
        pytest.param("Some", False, id="some"),
    ],
)
def test_only_without_side_effects_a_write_may_be_tried(effects: str, may: bool) -> None:
    assert Hook(configuration="a", index=0, document=hook("one", sideEffects=effects)).may_dry_run() is may
