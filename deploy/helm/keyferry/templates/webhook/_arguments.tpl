{{/* The flags of `keyferry webhook`. */}}
{{- define "keyferry.webhook.arguments" -}}
{{- $own := .Values.webhook -}}
- webhook
- --service={{ .Release.Namespace }}/{{ include "keyferry.component" (dict "top" . "component" "webhook") }}
- --mutating-configurations={{ include "keyferry.webhook.mutating" . }}
- --validating-configurations={{ include "keyferry.webhook.validating" . }}
{{- if eq $own.certificate.source "own" }}
- --certificate-secret={{ .Release.Namespace }}/{{ include "keyferry.webhook.secret" . }}
{{- else }}
- --cert-dir=/etc/keyferry/webhook
{{- end }}
{{- if $own.inject }}
- --inject
{{- end }}
{{- if $own.advise }}
- --advise
{{- with $own.enforce }}
- {{ printf "--enforce=%s" (join "," .) | quote }}
{{- end }}
{{- if $own.subjects }}
- --subjects=/etc/keyferry/subjects/subjects
{{- end }}
{{- end }}
- --address=:{{ $own.port }}
- --grace={{ $own.grace }}
{{ include "keyferry.flags" (dict "top" . "component" "webhook") }}
{{- end -}}
