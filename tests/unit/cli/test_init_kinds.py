"""keyferry.cli.init_kinds"""

from keyferry.cli.init_kinds import ClusterKind


def test_kinds_are_words_of_a_flag() -> None:
    assert [str(kind) for kind in ClusterKind] == ["aks", "new-aks", "oidc"]
