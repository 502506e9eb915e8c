{{/* The configurations that lead to the webhook, by commas: those that refuse and advise. */}}
{{- define "keyferry.webhook.validating" -}}
{{- $name := include "keyferry.fullname" . -}}
{{- $found := list -}}
{{- if .Values.webhook.validate }}{{ $found = append $found (printf "%s-validate" $name) }}{{ end -}}
{{- if .Values.webhook.advise }}{{ $found = append $found (printf "%s-advise" $name) }}{{ end -}}
{{- join "," $found -}}
{{- end -}}

{{- define "keyferry.webhook.mutating" -}}
{{- if .Values.webhook.inject }}{{ include "keyferry.fullname" . }}-mutate{{ end -}}
{{- end -}}

{{/* The Secret with the certificate. */}}
{{- define "keyferry.webhook.secret" -}}
{{- $certificate := .Values.webhook.certificate -}}
{{- if eq $certificate.source "secret" -}}
{{- required "webhook.certificate.source is secret: name the Secret in webhook.certificate.secretName" $certificate.secretName -}}
{{- else -}}
{{- include "keyferry.component" (dict "top" . "component" "webhook") }}-{{ ternary "tls" "cert" (eq $certificate.source "own") -}}
{{- end -}}
{{- end -}}

{{/* Metadata of a configuration. Takes (top, part, settings). */}}
{{- define "keyferry.webhook.configuration" -}}
{{- $this := dict "top" .top "component" "webhook" -}}
name: {{ include "keyferry.fullname" .top }}-{{ .part }}
labels:
  {{- include "keyferry.labels" $this | nindent 2 }}
{{- $annotations := .settings.annotations -}}
{{- if eq .top.Values.webhook.certificate.source "certManager" }}
{{- $from := printf "%s/%s" .top.Release.Namespace (include "keyferry.component" $this) }}
{{- $annotations = merge (dict "cert-manager.io/inject-ca-from" $from) $annotations }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Where the API server asks, and how long. Takes (top, path, settings). */}}
{{- define "keyferry.webhook.client" -}}
clientConfig:
  service:
    name: {{ include "keyferry.component" (dict "top" .top "component" "webhook") }}
    namespace: {{ .top.Release.Namespace | quote }}
    path: {{ .path }}
  {{- $certificate := .top.Values.webhook.certificate }}
  {{- if and (eq $certificate.source "secret") $certificate.caBundle }}
  caBundle: {{ $certificate.caBundle }}
  {{- end }}
sideEffects: None
timeoutSeconds: {{ .settings.timeoutSeconds }}
failurePolicy: {{ .settings.failurePolicy }}
{{- end -}}
