{{/* The cloud's name as go-autorest, azure-workload-identity and the CSI provider have it. */}}
{{- define "keyferry.autorestCloud" -}}
{{- get (dict "PublicCloud" "AzurePublicCloud" "USGovernmentCloud" "AzureUSGovernmentCloud" "ChinaCloud" "AzureChinaCloud") .Values.azure.cloud -}}
{{- end -}}

{{/* Entra's address in the cloud. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */}}
{{- define "keyferry.authority" -}}
{{- get (dict "PublicCloud" "https://login.microsoftonline.com/" "USGovernmentCloud" "https://login.microsoftonline.us/" "ChinaCloud" "https://login.chinacloudapi.cn/") .Values.azure.cloud -}}
{{- end -}}
