from dataclasses import replace

import pytest

from keyferry.sync.targets import generic
from tests.fakes import generic_targets as targets


@pytest.mark.parametrize(
    ("manifest", "stays"),
    [
        pytest.param({"apiVersion": "v1", "kind": "Secret"}, False, id="a-secret"),
        pytest.param(targets.CONFIG_MAP, True, id="a-config-map"),
        pytest.param({"apiVersion": "example.com/v1", "kind": "Secret"}, True, id="a-secret-of-another-group"),
    ],
)
def test_a_manifest_of_a_secret_says_nothing(manifest: dict[str, str], stays: bool) -> None:
    spec = targets.spec(manifest)
    expected = spec if stays else replace(spec, target=replace(spec.target, manifest=None))
    assert generic.as_secret(spec) == expected
