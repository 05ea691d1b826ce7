{{/* Spans that a policy holds back are missed by nobody until somebody looks for a trace. */}}
{{- define "erlang-docker.guard-tracing" -}}
{{- $values := .root.Values -}}
{{- if and $values.tracing.endpoint $values.networkPolicy.enabled (not $values.networkPolicy.extraEgress) -}}
{{- $what := "tracing.endpoint is set, and networkPolicy.enabled lets nodes reach each other and the DNS alone" -}}
{{- fail (printf "%s: add the way to the collector to networkPolicy.extraEgress" $what) -}}
{{- end -}}
{{- end }}
