"""Tokens for the pods of a node: asked of the API server, bound to the pod, kept until most of their life is over."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import token_life
from keyferry.lab.kubernetes.kubelet.csi_volumes import TokenWish
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.cluster import Cluster, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    status: Object
    expires: datetime
    lifetime: timedelta
    jitter: timedelta


class Tokens:
    """Keeps one token for each pod and wish."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._held: dict[tuple[str, TokenWish], _Held] = {}

    async def get(self, pod: Object, wish: TokenWish) -> Object:
        """Return the status of a TokenRequest: `token` and `expirationTimestamp`.

        Refused where there is none; a token that is due for replacement is still given while it lives.
        """
        key = (objects.metadata(pod)["uid"], wish)
        held, now = self._held.get(key), self._cluster.now()
        if held is not None and not token_life.is_due(held.expires, held.lifetime, now, held.jitter):
            return held.status
        try:
            held = await self._request(pod, wish)
        except Refused:
            if held is None or token_life.is_expired(held.expires, now):
                raise
            return held.status
        self._held[key] = held
        return held.status

    def forget(self, uid: str) -> None:
        """Drop the tokens of a pod that is gone."""
        for key in [key for key in self._held if key[0] == uid]:
            del self._held[key]

    async def _request(self, pod: Object, wish: TokenWish) -> _Held:
        metadata = objects.metadata(pod)
        account = pod["spec"]["serviceAccountName"]
        bound = {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata["uid"]}
        spec: Object = {"audiences": [wish.audience] if wish.audience else [], "boundObjectRef": bound}
        if wish.seconds is not None:
            spec["expirationSeconds"] = wish.seconds
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        path = f"/api/v1/namespaces/{metadata['namespace']}/serviceaccounts/{account}/token"
        answer = await self._cluster.post(path, body)
        expires = objects.instant(answer["status"]["expirationTimestamp"])
        assert expires is not None
        return _Held(
            status=answer["status"],
            expires=expires,
            lifetime=timedelta(seconds=answer["spec"]["expirationSeconds"]),
            jitter=timedelta(seconds=secrets.randbelow(token_life.JITTER_SECONDS)),
        )
