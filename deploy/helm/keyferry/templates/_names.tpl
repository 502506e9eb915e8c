{{/* What begins every name: at most 40 characters, so that there is room for what follows. */}}
{{- define "keyferry.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The namespace of the node plugin. */}}
{{- define "keyferry.node.namespace" -}}
{{- .Values.node.namespace | default (printf "%s-node" .Release.Namespace) -}}
{{- end -}}

{{/* The namespace of a component. Takes (top, component). */}}
{{- define "keyferry.namespace" -}}
{{- if eq .component "node" -}}
{{- include "keyferry.node.namespace" .top -}}
{{- else -}}
{{- .top.Release.Namespace -}}
{{- end -}}
{{- end -}}

{{/* The name of a component's workload and of what belongs to it. Takes (top, component). */}}
{{- define "keyferry.component" -}}
{{- printf "%s-%s" (include "keyferry.fullname" .top) .component -}}
{{- end -}}

{{/* The ServiceAccount of a component. Takes (top, component). */}}
{{- define "keyferry.account" -}}
{{- (index .top.Values .component).serviceAccount.name | default (include "keyferry.component" .) -}}
{{- end -}}

{{/* By which labels a component's pods are chosen. They never change. Takes (top, component). */}}
{{- define "keyferry.selector" -}}
app.kubernetes.io/name: {{ default .top.Chart.Name .top.Values.nameOverride }}
app.kubernetes.io/instance: {{ .top.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* The labels of every object. Takes (top, component). */}}
{{- define "keyferry.labels" -}}
{{ include "keyferry.selector" . }}
app.kubernetes.io/version: {{ .top.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: keyferry
app.kubernetes.io/managed-by: {{ .top.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .top.Chart.Name .top.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .top.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Name, labels and, of what is in a namespace, the namespace of an object. Takes (top, component), and a suffix. */}}
{{- define "keyferry.metadata" -}}
name: {{ include "keyferry.component" . }}{{ .suffix }}
namespace: {{ include "keyferry.namespace" . | quote }}
labels:
  {{- include "keyferry.labels" . | nindent 2 }}
{{- end -}}

{{/* The same of what is the cluster's. */}}
{{- define "keyferry.clusterMetadata" -}}
name: {{ include "keyferry.component" . }}{{ .suffix }}
labels:
  {{- include "keyferry.labels" . | nindent 2 }}
{{- end -}}

{{/* The image: a digest wins over a tag. */}}
{{- define "keyferry.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- if .Values.image.digest -}}
{{- printf "%s%s@%s" .Values.image.repository (ternary (printf ":%s" .Values.image.tag) "" (ne .Values.image.tag "")) .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository $tag -}}
{{- end -}}
{{- end -}}
