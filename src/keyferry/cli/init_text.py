"""The first keyferry.yaml of a team: what was answered, with a word on each part and on what may be added. Pure."""

import json
import re
from typing import Final

from keyferry.cli.init_answers import Answers, names_of
from keyferry.cli.init_kinds import ClusterKind
from keyferry.kube import yaml_documents

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./:()-]*")

_HEAD: Final = """\
# yaml-language-server: $schema=estate.schema.json
# One file for identities, vaults and sites. No value of a secret may stand in it.
#   keyferry provision schema > estate.schema.json    editors complete and check this file
#   keyferry provision render --out build             Terraform and its inputs, to be read; nothing is made
#   keyferry provision apply --out build              Terraform runs; then the sites' manifests
#   keyferry lab --estate keyferry.yaml               the same without a cloud or a cluster
apiVersion: keyferry.io/v1alpha1
kind: Estate
metadata:
  name: {name} # names in Azure begin with it
spec:
  azure:
    tenantId: {tenant}
    subscriptionId: {subscription}
    location: {location}
    resourceGroup: {group}
    # tags: {{team: payments}}
  cluster:
{cluster}
"""

_CLUSTERS: Final = {
    ClusterKind.AKS: """\
    aks: # its OIDC issuer must be on: az aks update --enable-oidc-issuer --enable-workload-identity
      name: {cluster_name}
      resourceGroup: {cluster_group}
""",
    ClusterKind.NEW_AKS: """\
    aks: # is made, with OIDC issuer and workload identity
      name: {cluster_name}
      create: {{vmSize: Standard_D2s_v5, nodeCount: 3}}
""",
    ClusterKind.OIDC: """\
    oidc: # Entra must reach the issuer's keys
      name: {cluster_name}
      issuer: {issuer} # exactly as in the tokens' iss
""",
}

_REST: Final = """\
  vaults:
    - name: {vault} # is made; with `existing: {{resourceGroup: NAME}}` it is there already
      # network: {{ipRules: [203.0.113.7]}} # left out, every network may try; identity and role still decide
  defaults: # what each site has that does not say otherwise
    consume: files # how applications take values: files; env; or secretRef, a Secret by name
    refreshInterval: 1h
    secrets:
      - name: {secret} # in the vault; `as` gives it another name in the application
  sites: # each has a namespace, a ServiceAccount, and an identity of its own
{sites}
  # siteFiles: [sites/*.yaml] # more sites, in files of other teams
  # install: # keyferry itself, by Helm
  #   image: registry.example/keyferry
  # events: # Event Grid tells the operator of changes at once
  #   endpoint: https://events.example.com/events
  #   application: api://keyferry
  # monitoring: # audit records of the vaults, and alerts on them
  #   emails: [team@example.com]
  # terraform:
  #   backend:
  #     type: azurerm
  #     settings: {{storage_account_name: states, container_name: states, key: {name}.tfstate}}
"""


def render(answers: Answers) -> str:
    """Return the file."""
    kind = ClusterKind(answers["cluster"])
    words = {name.replace("-", "_"): _scalar(answer) for name, answer in answers.items()}
    words["group"] = _group(answers)
    sites = "\n".join(f"    - name: {_scalar(name)}" for name in names_of(answers["site"]))
    cluster = _CLUSTERS[kind].format(**words).rstrip("\n")
    return _HEAD.format(**words | {"cluster": cluster}) + _REST.format(**words | {"sites": sites})


def _group(answers: Answers) -> str:
    """The group of a cluster that is there is there, too."""
    name = answers["resource-group"]
    if name.lower() == answers.get("cluster-group", "").lower():
        return f"{{name: {_scalar(name)}, existing: true}} # holds what is made"
    return f"{{name: {_scalar(name)}}} # is made; with `existing: true` it is there already"


def _scalar(text: str) -> str:
    """Return the text as YAML, in quotes where it would mean something else without."""
    is_plain = _PLAIN.fullmatch(text) and yaml_documents.documents(f"[{text}]") == [[text]]
    return text if is_plain else json.dumps(text)
