{{/* The flags of `keyferry operator`: what differs from its own defaults. */}}
{{- define "keyferry.operator.arguments" -}}
{{- $own := .Values.operator -}}
- operator
{{- if gt (int $own.shards) 1 }}
- --shards={{ $own.shards }}
{{- else }}
- --leader-elect
{{- end }}
- --leader-election-id={{ include "keyferry.component" (dict "top" . "component" "operator") }}
{{- with $own.namespace }}
- --namespace={{ . }}
{{- end }}
- {{ printf "--controller-class=%s" $own.controllerClass | quote }}
- --concurrent={{ $own.concurrent }}
- --feed-interval={{ $own.feedInterval }}
- --own-identity-usable-from={{ $own.ownIdentity.usableFrom | join "," }}
- --restart-budget={{ $own.restarts.budget }}
{{- if not $own.restarts.reloaderAnnotations }}
- --no-reloader-annotations
{{- end }}
{{- if not $own.clusterStores }}
- --no-enable-cluster-store-reconciler
{{- end }}
{{- if not $own.clusterExternalSecrets }}
- --no-enable-cluster-external-secret-reconciler
{{- end }}
{{- if not $own.pushSecrets }}
- --no-enable-push-secret-reconciler
{{- end }}
{{- if not $own.clusterPushSecrets }}
- --no-enable-cluster-push-secret-reconciler
{{- end }}
{{- if $own.genericTargets.enabled }}
- --unsafe-allow-generic-targets
{{- end }}
{{- if $own.events.enabled }}
- --events-addr=:8443
{{- with $own.events.audience }}
- {{ printf "--events-audience=%s" . | quote }}
{{- end }}
{{- with $own.events.application }}
- --events-application={{ . }}
{{- end }}
{{- if $own.events.keysSecret }}
- {{ printf "--events-key-file=/etc/keyferry/events/%s" $own.events.keysSecretKey | quote }}
{{- end }}
{{- end }}
{{ include "keyferry.flags" (dict "top" . "component" "operator") }}
{{- end -}}
