{{/*
A kind that this release does not have is elsewhere, and what needs its Service cannot be here. Takes a dict with `root`,
the chart's scope.
*/}}
{{- define "erlang-docker.guard-kinds" -}}
{{- $values := .root.Values -}}
{{- range $kind, $node := $values.nodes -}}
{{- if not $node.enabled -}}
{{- if not $node.serviceDomain -}}
{{- $what := printf "nodes.%s.enabled is false, so nodes.%s.serviceDomain must say where it answers" $kind $kind -}}
{{- fail (printf "%s, such as erlang-docker-%s-svc.OTHER.svc.cluster.local" $what $kind) -}}
{{- end -}}
{{- if not $values.cookie.existingSecret -}}
{{- $what := printf "nodes.%s.enabled is false, and both releases must share one cookie" $kind -}}
{{- fail (printf "%s: create the same Secret for each, and name it in cookie.existingSecret" $what) -}}
{{- end -}}
{{- else if gt ($node.autoscaling.minReplicas | int) ($node.autoscaling.maxReplicas | int) -}}
{{- fail (printf "nodes.%s.autoscaling.minReplicas is more than its maxReplicas" $kind) -}}
{{- end -}}
{{- end -}}
{{- range list "ingress" "httpRoute" "grpcRoute" -}}
{{- if and (index $values .).enabled (not $values.nodes.a.enabled) -}}
{{- fail (printf "%s.enabled is true, but it leads to kind a and nodes.a.enabled is false: enable it where kind a is" .) -}}
{{- end -}}
{{- end -}}
{{- end }}
