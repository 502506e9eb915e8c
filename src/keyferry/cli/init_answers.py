"""What `keyferry init` asks, and what it takes for an answer. Pure.

Each question is a flag as well; the rules of answers are those of the estate's own fields.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from keyferry.cli.init_kinds import ClusterKind
from keyferry.spec.estate import addresses, azure_names, cluster_names, regions
from keyferry.spec.schema import Complaint, Rule

Answers: TypeAlias = Mapping[str, str]  # by the names of questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to know. `default` is made of the answers before it; "" where only a person knows."""

    name: str
    text: str
    rule: Rule
    default: Callable[[Answers], str] = lambda _: ""
    is_asked: Callable[[Answers], bool] = lambda _: True

    @property
    def flag(self) -> str:
        """The flag that answers it."""
        return f"--{self.name}"

    def fault(self, answer: str) -> str:
        """Return what is wrong with an answer, and how to mend it; "" where it is fine."""
        complaint = self.rule(answer)
        return f"{complaint.message}: {complaint.remedy}" if complaint else ""


def names_of(text: str) -> list[str]:
    """Return the names in an answer that may have several."""
    return [name.strip() for name in text.split(",")]


def _is(*kinds: ClusterKind) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("cluster") in kinds


def _vault(answers: Answers) -> str:
    return f"kv-{answers['name']}"[: azure_names.VAULT.most].rstrip("-")


def _kind(text: str) -> Complaint | None:
    kinds = ", ".join(ClusterKind)
    return (
        None if text in set(ClusterKind) else Complaint(message="is no kind of cluster", remedy=f"take one of {kinds}")
    )


def _sites(text: str) -> Complaint | None:
    names = names_of(text)
    if len(set(names)) < len(names):
        return Complaint(message="names a site twice", remedy="name each once")
    return next(filter(None, map(cluster_names.SITE.complain, names)), None)


QUESTIONS: Final = (
    Question(name="name", text="Name of the estate", rule=cluster_names.ESTATE.complain),
    Question(name="tenant", text="Tenant (az account show --query tenantId)", rule=azure_names.GUID.complain),
    Question(name="subscription", text="Subscription (az account show --query id)", rule=azure_names.GUID.complain),
    Question(name="location", text="Region", rule=regions.location, default=lambda _: "westeurope"),
    Question(
        name="resource-group",
        text="Resource group to make",
        rule=azure_names.RESOURCE_GROUP.complain,
        default=lambda answers: f"rg-{answers['name']}",
    ),
    Question(
        name="cluster",
        text="Cluster: aks (there already), new-aks (to make), or oidc (any other)",
        rule=_kind,
        default=lambda _: ClusterKind.AKS,
    ),
    Question(
        name="cluster-name",
        text="Name of the cluster",
        rule=cluster_names.SITE.complain,
        default=lambda answers: answers["name"] if answers["cluster"] == ClusterKind.OIDC else f"aks-{answers['name']}",
    ),
    Question(
        name="cluster-group",
        text="Resource group of the cluster",
        rule=azure_names.RESOURCE_GROUP.complain,
        is_asked=_is(ClusterKind.AKS),
    ),
    Question(
        name="issuer",
        text="Issuer (kubectl get --raw /.well-known/openid-configuration)",
        rule=addresses.issuer,
        is_asked=_is(ClusterKind.OIDC),
    ),
    Question(name="vault", text="Vault to make", rule=azure_names.VAULT.complain, default=_vault),
    Question(name="site", text="Sites, with commas between them", rule=_sites, default=lambda _: "web"),
    Question(
        name="secret",
        text="A secret that each of them reads",
        rule=azure_names.OBJECT.complain,
        default=lambda _: "db-connection",
    ),
)
