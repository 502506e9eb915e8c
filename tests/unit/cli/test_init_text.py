"""keyferry.cli.init_text"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.cli import init_text
from keyferry.cli.init_answers import QUESTIONS
from keyferry.kube import yaml_documents
from keyferry.spec.estate import azure_names, cluster_names, parsing
from keyferry.spec.estate.estate import ExistingAks, NewAks, OidcCluster
from tests.fakes.estate_documents import SUBSCRIPTION, TENANT

ANSWERS = {
    "name": "shop",
    "tenant": TENANT,
    "subscription": SUBSCRIPTION,
    "location": "westeurope",
    "resource-group": "rg-shop",
    "cluster": "aks",
    "cluster-name": "aks-shop",
    "cluster-group": "rg-clusters",
    "issuer": "https://issuer.example/",
    "vault": "kv-shop",
    "site": "web,api",
    "secret": "db-connection",
}
RULES = {question.name: question.rule for question in QUESTIONS}


@pytest.mark.parametrize(
    ("kind", "cluster"),
    [
        pytest.param("aks", ExistingAks(name="aks-shop", resource_group="rg-clusters"), id="aks"),
        pytest.param(
            "new-aks",
            NewAks(name="aks-shop", kubernetes_version="", vm_size="Standard_D2s_v5", node_count=3),
            id="new-aks",
        ),
        pytest.param("oidc", OidcCluster(name="aks-shop", issuer="https://issuer.example/"), id="oidc"),
    ],
)
def test_says_what_was_answered(kind: str, cluster: object) -> None:
    estate = parsing.parse(yaml_documents.documents(init_text.render(ANSWERS | {"cluster": kind}))[0])
    assert (estate.name, estate.azure.tenant_id, estate.azure.resource_group.name) == ("shop", TENANT, "rg-shop")
    assert estate.cluster == cluster
    assert [vault.name for vault in estate.vaults] == ["kv-shop"]
    assert [(site.name, site.secrets[0].name) for site in estate.sites] == [
        ("api", "db-connection"),
        ("web", "db-connection"),
    ]


def test_the_group_of_a_cluster_that_is_there_is_there() -> None:
    text = init_text.render(ANSWERS | {"resource-group": "RG-clusters"})
    assert parsing.parse(yaml_documents.documents(text)[0]).azure.resource_group.is_existing


def test_what_is_commented_out_can_be_taken_in() -> None:
    text = init_text.render(ANSWERS)
    taken = re.sub(r"^( +)# ((?:  )*(?:[a-zA-Z]+:(?= |$)))", r"\1\2", text, flags=re.MULTILINE)
    taken = taken.replace("siteFiles: [sites/*.yaml]", "siteFiles: []")
    estate = parsing.parse(yaml_documents.documents(taken)[0])
    assert None not in (estate.install, estate.events, estate.monitoring, estate.backend)
    assert estate.azure.tags
    assert "is_open=False" in repr(estate.vaults[0])


def fitting(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


ANY = st.fixed_dictionaries(
    {
        "name": fitting(cluster_names.ESTATE.pattern) | st.sampled_from(["null", "yes", "on", "y", "e1"]),
        "tenant": fitting("[0-9a-f]{8}-[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{12}"),
        "subscription": fitting("[0-9]{8}-[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{12}"),
        "location": st.sampled_from(["westeurope", "true", "null"]),
        "resource-group": fitting(azure_names.RESOURCE_GROUP.pattern) | st.sampled_from(["-", "1.0", "(a)", "0x1f"]),
        "cluster": st.sampled_from(["aks", "new-aks", "oidc"]),
        "cluster-name": fitting(cluster_names.SITE.pattern) | st.sampled_from(["123", "1e3", "0-1"]),
        "cluster-group": st.just("rg"),
        "issuer": st.sampled_from(["https://a.example", "https://a.example/x:y/{z}/", "https://a.example/'\"%7B"]),
        "vault": fitting(azure_names.VAULT.pattern) | st.sampled_from(["null", "Yes", "OFF"]),
        "site": fitting(cluster_names.SITE.pattern) | st.sampled_from(["1", "true", "1,2", "0123"]),
        "secret": fitting(azure_names.OBJECT.pattern) | st.sampled_from(["-", "---", "007", "Null"]),
    }
)


@settings(max_examples=20)
@given(answers=ANY)
def test_every_accepted_answer_comes_back_as_it_was(answers: dict[str, str]) -> None:
    if any(RULES[name](answer) for name, answer in answers.items()) or not answers["tenant"].strip("0-"):
        return
    if not answers["subscription"].strip("0-"):
        return
    estate = parsing.parse(yaml_documents.documents(init_text.render(answers))[0])
    assert (estate.name, estate.azure.location) == (answers["name"], answers["location"])
    assert estate.azure.resource_group.name == answers["resource-group"]
    assert (estate.cluster.name, estate.vaults[0].name) == (answers["cluster-name"], answers["vault"])
    assert {site.name for site in estate.sites} == set(answers["site"].split(","))
    assert estate.sites[0].secrets[0].name == answers["secret"]
    if isinstance(estate.cluster, OidcCluster):
        assert estate.cluster.issuer == answers["issuer"]
