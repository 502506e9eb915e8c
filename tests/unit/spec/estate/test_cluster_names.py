"""keyferry.spec.estate.cluster_names"""

import pytest

from keyferry.spec.estate import cluster_names as names
from keyferry.spec.estate.naming import Naming


@pytest.mark.parametrize(
    ("naming", "text", "is_fine"),
    [
        pytest.param(names.ESTATE, "shop-1", True, id="estate"),
        pytest.param(names.ESTATE, "1-shop", False, id="estate-with-a-first-digit"),
        pytest.param(names.ESTATE, "s" * 25, False, id="estate-too-long"),
        pytest.param(names.SITE, "1", True, id="site"),
        pytest.param(names.SITE, "a.b", False, id="site-with-a-dot"),
        pytest.param(names.NAMESPACE, "team-a", True, id="namespace"),
        pytest.param(names.NAMESPACE, "Team-a", False, id="namespace-in-capitals"),
        pytest.param(names.NAMESPACE, "n" * 64, False, id="namespace-too-long"),
        pytest.param(names.OBJECT, "web.v1-a", True, id="object"),
        pytest.param(names.OBJECT, "web..v1", False, id="object-with-two-dots"),
        pytest.param(names.OBJECT, "web_v1", False, id="object-with-an-underscore"),
    ],
)
def test_names_of_a_cluster(naming: Naming, text: str, is_fine: bool) -> None:
    assert (naming.complain(text) is None) is is_fine
