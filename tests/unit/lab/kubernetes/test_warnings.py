import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes import warnings
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret
from tests.fakes.webhooks import MUTATING, VALIDATING, Programs, configuration, deny, hook

LONG = "x" * 3000


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        pytest.param([], [], id="none"),
        pytest.param(['a "word" and a \\'], ['299 - "a \\"word\\" and a \\\\"'], id="quoted"),
        pytest.param(["a", "b", "a", ""], ['299 - "a"', '299 - "b"'], id="each-once"),
        pytest.param(["two\nlines", "one"], ['299 - "one"'], id="not-with-control-characters"),
        pytest.param(["brücke"], ['299 - "brücke"'], id="any-letters"),
        pytest.param([LONG], [f'299 - "{LONG}"'], id="a-long-one"),
        pytest.param([LONG, "y" * 1097], [f'299 - "{LONG[:256]}"', f'299 - "{"y" * 256}"'], id="too-much-together"),
        pytest.param([LONG, "\n" * 2000], [f'299 - "{LONG}"'], id="what-is-not-told-does-not-count"),
        pytest.param(
            [f"{number:300}" for number in range(20)],
            [f'299 - "{" " * 256}"'] * 16,
            id="none-after-that",
        ),
        pytest.param(
            [LONG, "z" * 300 + "\n", "y" * 1097],
            [f'299 - "{LONG[:256]}"', f'299 - "{"z" * 256}"', f'299 - "{"y" * 256}"'],
            id="a-cut-may-heal",
        ),
    ],
)
def test_headers(texts: list[str], told: list[str]) -> None:
    assert warnings.headers(texts) == [("Warning", text) for text in told]


@given(st.lists(st.text(max_size=600), max_size=40))
def test_together_they_are_bounded(texts: list[str]) -> None:
    found = [value for _, value in warnings.headers(texts)]
    assert sum(len(value.replace("\\\\", "-").replace('\\"', "-")) - len('299 - ""') for value in found) < 4096 + 256


def _cluster() -> tuple[FakeCluster, Programs]:
    cluster = FakeCluster()
    programs = Programs(cluster)
    programs.on("first", lambda _request: {"warnings": ["look out", "twice"]})
    cluster.post(MUTATING, configuration("a-first", hook("first")))
    cluster.post(VALIDATING, configuration("b-guards", hook("guard")))
    return cluster, programs


def test_all_webhooks_are_heard() -> None:
    cluster, programs = _cluster()
    programs.on("guard", lambda _request: {"warnings": ["twice", "and\r\nmore", "last"]})
    answer = cluster.post(SECRETS, secret("a"))
    assert (answer.status, answer.warnings) == (201, ['299 - "look out"', '299 - "twice"', '299 - "last"'])


def test_a_refusal_comes_with_them() -> None:
    cluster, programs = _cluster()
    programs.on("guard", lambda request: {**deny()(request), "warnings": ["that was close"]})
    answer = cluster.post(SECRETS, secret("a"))
    assert answer.status == 400
    assert answer.warnings == ['299 - "look out"', '299 - "twice"', '299 - "that was close"']
