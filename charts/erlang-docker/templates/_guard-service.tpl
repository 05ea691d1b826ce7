{{/* Kubernetes refuses some of these late, and takes others without doing anything. */}}
{{- define "erlang-docker.guard-service" -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- $service := $node.service -}}
{{- $value := printf "nodes.%s.service" $kind -}}
{{- if not (or $service.ports.http $service.ports.ws $service.ports.grpc) -}}
{{- fail (printf "%s.ports are all false, and a Service needs one: leave one, with type ClusterIP to show it to nobody" $value) -}}
{{- end -}}
{{- range $option := list "loadBalancerClass" "loadBalancerSourceRanges" -}}
{{- if and (index $service $option) (ne $service.type "LoadBalancer") -}}
{{- fail (printf "%s.%s is for type LoadBalancer, and would do nothing with %s" $value $option $service.type) -}}
{{- end -}}
{{- end -}}
{{- if and $service.externalTrafficPolicy (eq $service.type "ClusterIP") -}}
{{- fail (printf "%s.externalTrafficPolicy is for types NodePort and LoadBalancer, and type is ClusterIP" $value) -}}
{{- end -}}
{{- end -}}
{{- end }}
