"""Four rules look at a container at once."""

from keyferry.advice.rules import connection_strings, credentials, delivery, token_files
from keyferry.advice.rules.environments import CHECK
from keyferry.advice.surroundings import Nothing
from tests.fakes.pod_documents import container, deployment, pod

KEY = "AccountKey=Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8="
TOKEN = "/var/run/secrets/azure/tokens/azure-identity-token"


def variable(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def test_every_rule_finds_its_own_at_its_place() -> None:
    env = [
        variable("STORAGE", KEY),
        variable("AZURE_CLIENT_SECRET", "secret"),
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
        variable("TOKEN", TOKEN),
    ]
    found = list(CHECK.find(deployment(pod(container(env=env))), Nothing()))
    place = "spec.template.spec.containers[0].env"
    assert [(each.rule, each.path) for each in found] == [
        (token_files.RULE, f"{place}[3].value"),
        (credentials.RULE, f"{place}[1]"),
        (connection_strings.RULE, f"{place}[0].value"),
        (delivery.RULE, f"{place}[2]"),
    ]
    assert {each.rule for each in found} == set(CHECK.rules)


def test_a_text_that_two_variables_make_together_is_none() -> None:
    env = [
        variable("A", "/var/run/secrets/azure"),
        variable("B", "/tokens"),
        variable("C", "Account"),
        variable("D", KEY[7:]),
    ]
    assert list(CHECK.find(pod(container(env=env)), Nothing())) == []


def test_nothing_is_found_in_nothing() -> None:
    for document in ({"kind": "Deployment"}, pod(), pod({"containers": []})):
        assert list(CHECK.find(document, Nothing())) == []
