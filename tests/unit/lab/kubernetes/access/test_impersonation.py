import pytest

from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster

REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@pytest.mark.parametrize(
    ("headers", "name", "groups"),
    [
        pytest.param({"impersonate_user": "jo"}, "jo", ["system:authenticated"], id="user"),
        pytest.param(
            {"impersonate_user": "jo", "impersonate_group": "a, b"},
            "jo",
            ["a", "b", "system:authenticated"],
            id="groups",
        ),
        pytest.param(
            {"impersonate_user": "system:serviceaccount:n:a"},
            "system:serviceaccount:n:a",
            ["system:serviceaccounts", "system:serviceaccounts:n", "system:authenticated"],
            id="account",
        ),
    ],
)
def test_acts_as_somebody_else(headers: dict[str, str], name: str, groups: list[str]) -> None:
    info = FakeCluster().post(REVIEW, {}, **headers).document["status"]["userInfo"]
    assert (info["username"], info["groups"]) == (name, groups)


def test_has_the_rights_of_whom_it_acts_as() -> None:
    assert FakeCluster().get(SECRETS, impersonate_user="jo").status == 403
    assert FakeCluster().get(SECRETS, impersonate_user="system:anonymous").status == 401


def test_needs_the_right_to() -> None:
    cluster = FakeCluster()
    token = cluster.post("/api/v1/namespaces/default/serviceaccounts/default/token", {}).document["status"]["token"]
    refused = cluster.get("/version", token=token, impersonate_user="jo")
    assert refused.status == 403
    assert 'cannot impersonate resource "users"' in refused.document["message"]


def test_groups_alone_make_no_sense() -> None:
    assert FakeCluster().get("/version", impersonate_group="a").status == 400
