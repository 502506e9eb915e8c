{{- /* Labels that say to which estate and site an object belongs. Takes {root, name}. */ -}}
{{- define "keyferry-sites.labels" -}}
app.kubernetes.io/part-of: {{ .root.Values.estate | quote }}
keyferry.io/site: {{ .name | quote }}
{{- end -}}

{{- /* Metadata of an object of a site. Takes {root, name, site, object}. */ -}}
{{- define "keyferry-sites.metadata" -}}
name: {{ .object | quote }}
namespace: {{ .site.namespace | quote }}
labels:
  {{- include "keyferry-sites.labels" . | nindent 2 }}
{{- end -}}
