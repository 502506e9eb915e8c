"""An operator's rights on a cluster: those of deploy/operator.yaml and no others, under names of the story's own."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from keyferry.cli.session import Session
from keyferry.model.identity import ServiceAccountRef
from tests.scenario.tidying import Tidying

MANIFEST = Path(__file__).parents[2] / "deploy" / "operator.yaml"
REFUSED = re.compile(r" cannot \w+ resource ")  # as the API server words it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """A kubeconfig of the operator's ServiceAccount, and the namespace of its Lease."""

    kubeconfig: Path
    namespace: str

    @property
    def flags(self) -> tuple[str, ...]:
        """What the operator is told."""
        return ("--kubeconfig", str(self.kubeconfig), "--lease-namespace", self.namespace)


@asynccontextmanager
async def of_the_manifest(session: Session, prefix: str) -> AsyncIterator[Rights]:
    """Grant them, and take them back. Fails if the operator's log tells of a verb that it lacks."""
    async with Tidying(session.client) as tidying:
        for document in documents(prefix):
            await tidying.apply(document)
        account = ServiceAccountRef(namespace=f"{prefix}keyferry", name="keyferry-operator")
        token = await session.client.create_token(account, ())
        file = session.lab.folder / "operator.kubeconfig"
        file.touch(mode=0o600)
        file.write_text(as_bearer(session.lab.kubeconfig, token.token.reveal().decode()))
        yield Rights(kubeconfig=file, namespace=account.namespace)
        lines = (session.lab.folder / "operator.log").read_text().splitlines()
        assert [line for line in lines if REFUSED.search(line)] == []


def documents(prefix: str) -> Iterator[dict[str, Any]]:
    """What the manifest grants, so that it meets nothing of the same name on the cluster."""
    for document in yaml.safe_load_all(MANIFEST.read_text()):
        if document["kind"] in {"Deployment", "PodDisruptionBudget", "Service"}:
            continue
        metadata = document["metadata"]
        if "namespace" in metadata:
            metadata["namespace"] = f"{prefix}{metadata['namespace']}"
        else:
            metadata["name"] = f"{prefix}{metadata['name']}"
        if document.get("roleRef", {}).get("kind") == "ClusterRole":
            document["roleRef"]["name"] = f"{prefix}{document['roleRef']['name']}"
        for subject in document.get("subjects", ()):
            subject["namespace"] = f"{prefix}{subject['namespace']}"
        yield document


def as_bearer(kubeconfig: Path, token: str) -> str:
    """The same cluster as the kubeconfig's current context, met with a token."""
    given = yaml.safe_load(kubeconfig.read_text())
    current = next(one["context"] for one in given["contexts"] if one["name"] == given["current-context"])
    clusters = [one for one in given["clusters"] if one["name"] == current["cluster"]]
    context = {"cluster": current["cluster"], "user": "operator"}
    made = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": clusters,
        "users": [{"name": "operator", "user": {"token": token}}],
        "contexts": [{"name": "operator", "context": context}],
        "current-context": "operator",
    }
    return yaml.safe_dump(made)
