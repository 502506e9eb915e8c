{{/* The beginning of a pod's spec: who it is, and where it may run. Takes (top, component). */}}
{{- define "keyferry.pod" -}}
{{- $own := index .top.Values .component -}}
serviceAccountName: {{ include "keyferry.account" . | quote }}
automountServiceAccountToken: true
{{- with .top.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $own.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Pods over hosts and zones, as far as there are any. Takes (top, component). */}}
{{- define "keyferry.spread" -}}
topologySpreadConstraints:
{{- $selector := include "keyferry.selector" . -}}
{{- with (index .top.Values .component).topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
{{- else }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Labels and annotations of pods: none that changes with the chart alone, which would roll them. Takes (top, component). */}}
{{- define "keyferry.podMetadata" -}}
{{- $own := index .top.Values .component -}}
labels:
  {{- include "keyferry.selector" . | nindent 2 }}
  {{- with .top.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with $own.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  kubectl.kubernetes.io/default-container: {{ .component }}
  {{- with $own.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The level "restricted" of the pod security standards, for operator and webhook. */}}
{{- define "keyferry.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  {{- with .Values.securityContext.runAsUser }}
  runAsUser: {{ int64 . }}
  {{- end }}
  {{- with .Values.securityContext.runAsGroup }}
  runAsGroup: {{ int64 . }}
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* The same of their containers. */}}
{{- define "keyferry.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Image and pull policy. */}}
{{- define "keyferry.imageFields" -}}
image: {{ include "keyferry.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end -}}

{{/* Flags that all three commands have, and those of the values. Takes (top, component). */}}
{{- define "keyferry.flags" -}}
- --log-level={{ .top.Values.logs.level }}
- --log-format={{ .top.Values.logs.format }}
{{- range (index .top.Values .component).extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{/* Variables that all three have. Takes (top, component). */}}
{{- define "keyferry.environment" -}}
# glibc then gives back what a first list of everything took, some MiB for each process.
- {name: MALLOC_ARENA_MAX, value: "1"}
- {name: MALLOC_MMAP_THRESHOLD_, value: "131072"}
- {name: MALLOC_TRIM_THRESHOLD_, value: "131072"}
{{- $proxy := .top.Values.proxy }}
{{- with $proxy.https }}
- {name: HTTPS_PROXY, value: {{ . | quote }}}
{{- end }}
{{- with $proxy.http }}
- {name: HTTP_PROXY, value: {{ . | quote }}}
{{- end }}
{{- if or $proxy.https $proxy.http }}
# kubelet puts in the API server's address; a proxy knows no way to it, nor to the machine's metadata endpoint.
- name: NO_PROXY
  value: {{ concat (list "$(KUBERNETES_SERVICE_HOST)" ".svc" ".cluster.local" "169.254.169.254") $proxy.noProxy | join "," | quote }}
{{- end }}
{{- if .top.Values.trustedAuthorities.configMap }}
- {name: SSL_CERT_FILE, value: {{ printf "/etc/keyferry/trust/%s" .top.Values.trustedAuthorities.key | quote }}}
{{- end }}
{{- with (index .top.Values .component).extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Mounts that all three may have, "" for none. Takes (top, component). */}}
{{- define "keyferry.mounts" -}}
{{- if .top.Values.trustedAuthorities.configMap }}
- {name: trust, mountPath: /etc/keyferry/trust, readOnly: true}
{{- end }}
{{- with (index .top.Values .component).extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Their volumes. Takes (top, component). */}}
{{- define "keyferry.volumes" -}}
{{- with .top.Values.trustedAuthorities.configMap }}
- name: trust
  configMap: {name: {{ . | quote }}}
{{- end }}
{{- with (index .top.Values .component).extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* kubelet's questions to a container. */}}
{{- define "keyferry.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: metrics}
  periodSeconds: 2
  failureThreshold: 30
{{- end -}}
