"""Values as people set them, which every rule about the chart's objects is held against."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.contract.helm.rendering import TENANT

CLIENT: Final = "11111111-1111-4111-8111-111111111111"
DIGEST: Final = f"sha256:{'ab' * 32}"
AZURE: Final[Mapping[str, Any]] = {"azure": {"tenantId": TENANT}}

# All that deploy/operator.yaml, webhook.yaml and node.yaml allow.
EVERY_RIGHT: Final[Mapping[str, Any]] = {
    **AZURE,
    "operator": {"events": {"enabled": True, "audience": "api://keyferry-events"}},
    "node": {"syncSecret": {"enabled": True}, "requestTokens": True},
}

_PLACED: Final[Mapping[str, Any]] = {
    "serviceAccount": {"annotations": {"example.com/team": "platform"}},
    "nodeSelector": {"pool": "system"},
    "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "podLabels": {"team": "platform"},
    "podAnnotations": {"example.com/note": "yes"},
    "extraEnv": [{"name": "TZ", "value": "Europe/Berlin"}],
    "extraVolumes": [{"name": "more", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
}

_SPREAD: Final = {
    "topologyKey": "kubernetes.io/hostname",
    "maxSkew": 1,
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"team": "platform"}},
}

EVERYTHING: Final[Mapping[str, Any]] = {
    "fullnameOverride": "ferry",
    "commonLabels": {"cost-centre": "42"},
    "crds": {"annotations": {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}},
    "image": {"digest": DIGEST, "tag": "1.2.3", "pullPolicy": "Always", "pullSecrets": [{"name": "registry"}]},
    "azure": {"tenantId": TENANT, "cloud": "ChinaCloud"},
    "logs": {"level": "debug", "format": "console"},
    "proxy": {"https": "http://proxy:3128", "http": "http://proxy:3128", "noProxy": ["10.0.0.0/8"]},
    "trustedAuthorities": {"configMap": "authorities", "key": "all.pem"},
    "metrics": {"serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}, "metricRelabelings": [{}]}},
    "networkPolicy": {
        "metricsFrom": [{"namespaceSelector": {"matchLabels": {"monitoring": "yes"}}}],
        "egress": {"enabled": True, "extra": [{"ports": [{"port": 3128}]}]},
    },
    "operator": {
        **_PLACED,
        "priorityClassName": "important",
        "topologySpreadConstraints": [_SPREAD],
        "extraArgs": ["--store-requeue-interval=1m"],
        "ownIdentity": {"clientId": CLIENT, "usableFrom": ["shop", "billing"]},
        "genericTargets": {
            "enabled": True,
            "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "patch"]}],
        },
        "restarts": {"budget": 5, "reloaderAnnotations": False},
        "events": {
            "enabled": True,
            "audience": "api://keyferry-events",
            "application": CLIENT,
            "keysSecret": "event-keys",
            "serviceAnnotations": {"example.com/note": "yes"},
            "ingress": {
                "enabled": True,
                "className": "nginx",
                "host": "events.example.net",
                "tlsSecret": "events-tls",
                "annotations": {"nginx.ingress.kubernetes.io/proxy-next-upstream": "error timeout http_503"},
            },
        },
    },
    "webhook": {
        **_PLACED,
        "topologySpreadConstraints": [_SPREAD],
        "extraArgs": ["--audience=api://AzureADTokenExchangeChina"],
        "enforce": ["unknown-rule"],
        "subjects": ["system:serviceaccount:shop:orders"],
        "injection": {
            "namespaceSelector": {"matchLabels": {"team": "blue"}},
            "annotations": {"admissions.enforcer/disabled": "true"},
        },
    },
    "node": {
        **_PLACED,
        "extraArgs": ["--cloud-file-folders=/more"],
        "tokensInSecrets": True,
        "syncSecret": {"enabled": True, "namespaces": ["shop", "billing"]},
        "requestTokens": True,
    },
}

# What YAML takes for numbers where it is not quoted, and a number that Go writes as 1.00066e+09.
NUMBERS: Final[Mapping[str, Any]] = {
    **AZURE,
    "securityContext": {"runAsUser": 1000660000, "runAsGroup": 1000660000},
    "trustedAuthorities": {"configMap": "9"},
    "operator": {
        "namespace": "11",
        "controllerClass": "1e3",
        "priorityClassName": "7",
        "serviceAccount": {"name": "1e3"},
        "events": {
            "enabled": True,
            "keysSecret": "8",
            "ingress": {"enabled": True, "className": "13", "tlsSecret": "14"},
        },
        "serviceAccountTokens": {"everywhere": False, "allowed": [{"namespace": "11", "names": ["12"]}]},
    },
    "webhook": {"serviceAccount": {"name": "2e3"}, "certificate": {"source": "secret", "secretName": "12"}},
    "node": {
        "namespace": "42",
        "serviceAccount": {"name": "3e3"},
        "syncSecret": {"enabled": True, "namespaces": ["11"]},
    },
}

VARIANTS: Final = (
    pytest.param(AZURE, id="defaults"),
    pytest.param(EVERY_RIGHT, id="every-right"),
    pytest.param(EVERYTHING, id="everything"),
    pytest.param({"webhook": {"inject": False}}, id="aks-with-its-own-injection"),
    pytest.param({**AZURE, "webhook": {"certificate": {"source": "certManager"}}}, id="cert-manager"),
    pytest.param(
        {
            **AZURE,
            "webhook": {
                "certificate": {
                    "source": "certManager",
                    "certManager": {"issuerRef": {"name": "company", "kind": "ClusterIssuer"}},
                }
            },
        },
        id="cert-manager-with-an-issuer",
    ),
    pytest.param(
        {**AZURE, "webhook": {"certificate": {"source": "secret", "secretName": "given", "caBundle": "Q0E="}}},
        id="given-certificate",
    ),
    pytest.param({**AZURE, "operator": {"shards": 8, "replicas": 3}}, id="sharded"),
    pytest.param({**AZURE, "operator": {"namespace": "shop"}}, id="one-namespace"),
    pytest.param(
        {
            **AZURE,
            "operator": {
                "serviceAccountTokens": {
                    "everywhere": False,
                    "allowed": [{"namespace": "shop", "names": ["orders"]}, {"namespace": "billing", "names": ["pay"]}],
                }
            },
        },
        id="tokens-of-some",
    ),
    pytest.param(
        {
            **AZURE,
            "operator": {
                "clusterStores": False,
                "clusterExternalSecrets": False,
                "pushSecrets": False,
                "clusterPushSecrets": False,
                "restarts": {"budget": 0},
            },
        },
        id="least-operator",
    ),
    pytest.param({**AZURE, "operator": {"replicas": 1}, "webhook": {"replicas": 1}}, id="single-replicas"),
    pytest.param({"webhook": {"enabled": False}, "node": {"enabled": False}}, id="operator-alone"),
    pytest.param(
        {"operator": {"enabled": False}, "webhook": {"enabled": False}, "crds": {"externalSecrets": False}},
        id="node-alone",
    ),
    pytest.param({**AZURE, "operator": {"enabled": False}, "node": {"enabled": False}}, id="webhook-alone"),
    pytest.param(
        {
            **AZURE,
            "node": {
                "driverName": "files.keyferry.io",
                "kubeletDir": "/var/lib/rancher/kubelet",
                "hostNetwork": True,
                "namespace": "node-plugins",
                "createNamespace": False,
                "rotation": {"enabled": False},
            },
            "webhook": {"hostNetwork": True, "port": 10260},
        },
        id="beside-upstream-on-the-nodes-network",
    ),
    pytest.param(NUMBERS, id="names-like-numbers"),
    pytest.param({**AZURE, "securityContext": {"runAsUser": None, "runAsGroup": None}}, id="the-platforms-user"),
    pytest.param({**AZURE, "crds": {"install": False}, "rbac": {"create": False}}, id="rights-by-somebody-else"),
)
