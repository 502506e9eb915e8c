{{/* The flags of `keyferry node`. */}}
{{- define "keyferry.node.arguments" -}}
{{- $own := .Values.node -}}
- node
- --endpoint=unix:///csi/csi.sock
- --drivername={{ $own.driverName }}
- --nodeid=$(NODE_NAME)
- --kubelet-registration-path={{ include "keyferry.node.pluginDir" . }}/csi.sock
- --registration-dir=/registration
- --kubelet-root={{ $own.kubeletDir }}
- --plugin-dir=/csi
- --key-file=/run/keyferry/copies.key
- --provider-volume=/var/run/secrets-store-csi-providers
- --additional-provider-volume-paths=/etc/kubernetes/secrets-store-csi-providers
- --cloud-name={{ include "keyferry.autorestCloud" . }}
- --volume-size-limit={{ $own.volumeSizeLimit }}
- --own-identity-usable-from={{ $own.ownIdentityUsableFrom | join "," }}
{{- if $own.rotation.enabled }}
- --rotation-poll-interval={{ $own.rotation.interval }}
{{- else }}
- --no-secret-rotation
{{- end }}
{{- if $own.requestTokens }}
- --request-tokens
{{- end }}
- --metrics-addr=:8095
{{ include "keyferry.flags" (dict "top" . "component" "node") }}
{{- end -}}

{{/* Where the plugin's folder is on the node. */}}
{{- define "keyferry.node.pluginDir" -}}
{{ .Values.node.kubeletDir }}/plugins/{{ include "keyferry.fullname" . }}
{{- end -}}
