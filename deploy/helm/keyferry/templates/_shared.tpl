{{/* Objects that two or three components have in the same form. Each takes (top, component). */}}

{{- define "keyferry.serviceAccount" -}}
{{- $own := index .top.Values .component -}}
{{- if $own.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "keyferry.account" . | quote }}
  namespace: {{ include "keyferry.namespace" . | quote }}
  labels:
    {{- include "keyferry.labels" . | nindent 4 }}
  {{- with $own.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}

{{/* Who a binding is for. */}}
{{- define "keyferry.subjects" -}}
subjects:
  - kind: ServiceAccount
    name: {{ include "keyferry.account" . | quote }}
    namespace: {{ include "keyferry.namespace" . | quote }}
{{- end -}}

{{/* A binding of the role of the same name. Takes kind (Role or ClusterRole) and suffix besides. */}}
{{- define "keyferry.roleRef" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ include "keyferry.component" . }}{{ .suffix }}
{{- end -}}

{{- define "keyferry.podDisruptionBudget" -}}
{{- $own := index .top.Values .component -}}
{{- if and $own.podDisruptionBudget.enabled (gt (int $own.replicas) 1) -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "keyferry.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ $own.podDisruptionBudget.maxUnavailable }}
  # A pod that is not ready anyway shall not keep a node from being drained.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "keyferry.selector" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{/* A Service for the metrics alone. */}}
{{- define "keyferry.metricsService" -}}
{{- if or .top.Values.metrics.services .top.Values.metrics.serviceMonitor.enabled -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "keyferry.metadata" (merge (dict "suffix" "-metrics") .) | nindent 2 }}
    keyferry.io/metrics: "true"
spec:
  clusterIP: None
  selector:
    {{- include "keyferry.selector" . | nindent 4 }}
  ports:
    - {name: metrics, port: {{ .port }}, targetPort: metrics}
{{- end -}}
{{- end -}}

{{/*
Connections on the pods' own ports alone; on the node's network a policy chooses no pods. Takes ports (names that everybody
may reach) besides.
*/}}
{{- define "keyferry.networkPolicy" -}}
{{- $policy := .top.Values.networkPolicy -}}
{{- if and $policy.enabled (not (index .top.Values .component).hostNetwork) -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "keyferry.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "keyferry.selector" . | nindent 6 }}
  policyTypes: [Ingress{{ if $policy.egress.enabled }}, Egress{{ end }}]
  ingress:
    - ports: [{port: metrics}]
      {{- with $policy.metricsFrom }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- range .ports }}
    - ports: [{port: {{ . }}}]
    {{- end }}
  {{- if $policy.egress.enabled }}
  egress:
    - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
    - ports:
        {{- range $policy.egress.ports }}
        - {port: {{ . }}}
        {{- end }}
    # The machine's metadata endpoint, for its identities.
    - to: [{ipBlock: {cidr: 169.254.169.254/32}}]
      ports: [{port: 80}]
    {{- with $policy.egress.extra }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
{{- end -}}
{{- end -}}
