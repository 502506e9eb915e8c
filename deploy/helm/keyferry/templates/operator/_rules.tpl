{{/* What the operator may do: the rules of deploy/operator.yaml, without those of parts that are switched off. */}}
{{- define "keyferry.operator.rules" -}}
{{- $own := .Values.operator -}}
{{- $cluster := not $own.namespace -}}
{{- $fansExternals := and $cluster $own.clusterExternalSecrets -}}
{{- $fansPushes := and $cluster $own.pushSecrets $own.clusterPushSecrets -}}
{{- $stores := ternary (list "secretstores" "clustersecretstores") (list "secretstores") (and $cluster $own.clusterStores) -}}
- apiGroups: [external-secrets.io]
  resources: {{ concat (list "externalsecrets") $stores | toJson }}
  verbs: [list, watch]
# Metadata alone is read.
- apiGroups: [""]
  resources: {{ ternary (list "serviceaccounts" "namespaces") (list "serviceaccounts") $cluster | toJson }}
  verbs: [list, watch]
# Managed Secrets are listed and watched by label, which RBAC cannot express.
- apiGroups: [""]
  resources: [secrets]
  verbs: [list, watch, get, create, update, delete]
# ConfigMaps that hold templates.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch]
{{- if $own.pushSecrets }}
# Holding a store that a PushSecret needs to delete what it pushed, and letting it go.
- apiGroups: [external-secrets.io]
  resources: {{ $stores | toJson }}
  verbs: [patch]
{{- end }}
# Letting go of the finalizer of External Secrets Operator.
- apiGroups: [external-secrets.io]
  resources: [externalsecrets]
  verbs: [patch]
# An ownerReference that blocks the owner's deletion, which some clusters let only those set who may do this.
- apiGroups: [external-secrets.io]
  resources: [externalsecrets/finalizers]
  verbs: [update]
- apiGroups: [external-secrets.io]
  resources: {{ concat (list "externalsecrets/status" "secretstores/status") (ternary (list "clustersecretstores/status") list (has "clustersecretstores" $stores)) | toJson }}
  verbs: [patch]
{{- if $fansExternals }}
# ClusterExternalSecrets: their children, and finalizers that External Secrets Operator left.
- apiGroups: [external-secrets.io]
  resources: [clusterexternalsecrets]
  verbs: [list, watch, patch]
- apiGroups: [external-secrets.io]
  resources: [clusterexternalsecrets/status]
  verbs: [patch]
- apiGroups: [external-secrets.io]
  resources: [clusterexternalsecrets/finalizers]
  verbs: [update]
- apiGroups: [external-secrets.io]
  resources: [externalsecrets]
  verbs: [create, patch, delete]
- apiGroups: [""]
  resources: [namespaces]
  verbs: [patch]
{{- end }}
{{- if $fansPushes }}
# ClusterPushSecrets and their children.
- apiGroups: [external-secrets.io]
  resources: [clusterpushsecrets]
  verbs: [list, watch]
- apiGroups: [external-secrets.io]
  resources: [clusterpushsecrets/status]
  verbs: [patch]
- apiGroups: [external-secrets.io]
  resources: [clusterpushsecrets/finalizers]
  verbs: [update]
- apiGroups: [external-secrets.io]
  resources: [pushsecrets]
  verbs: [create, patch, delete]
{{- end }}
{{- if $own.pushSecrets }}
# PushSecrets: their status, and their finalizer while they shall delete what they pushed.
- apiGroups: [external-secrets.io]
  resources: [pushsecrets]
  verbs: [list, watch, patch]
- apiGroups: [external-secrets.io]
  resources: [pushsecrets/status]
  verbs: [patch]
{{- end }}
# What a generatorRef names.
- apiGroups: [generators.external-secrets.io]
  resources: {{ ternary (list "acraccesstokens" "clustergenerators" "fakes" "passwords" "uuids") (list "acraccesstokens" "fakes" "passwords" "uuids") $cluster | toJson }}
  verbs: [get]
{{- if $own.events.enabled }}
# What Event Grid tells is handed on to the nodes by an annotation.
- apiGroups: [secrets-store.csi.x-k8s.io]
  resources: [secretproviderclasses]
  verbs: [list, watch, patch]
{{- end }}
{{- if gt (int $own.restarts.budget) 0 }}
# Restart on change: workloads that ask for it, what their pods have mounted, and which pods have ended.
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [list, watch, patch]
- apiGroups: [argoproj.io]
  resources: [rollouts]
  verbs: [list, watch, patch]
- apiGroups: [secrets-store.csi.x-k8s.io]
  resources: [secretproviderclasspodstatuses]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
{{- end }}
{{- if $own.serviceAccountTokens.everywhere }}
# A token of the ServiceAccount that a store names: the key to every identity that it may use.
- apiGroups: [""]
  resources: [serviceaccounts/token]
  verbs: [create]
{{- end }}
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- if $own.genericTargets.enabled }}
{{- with $own.genericTargets.rules }}
# What ExternalSecrets with spec.target.manifest write.
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
