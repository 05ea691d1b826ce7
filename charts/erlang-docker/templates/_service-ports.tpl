{{/* Ports of a Service: those that `shown` has, with `nodePorts` where there are some; gRPC by TLS is shown where gRPC is. */}}
{{- define "erlang-docker.service-ports" -}}
{{- range $port, $number := include "erlang-docker.ports" . | fromYaml }}
{{- if index $.shown (ternary "grpc" $port (eq $port "grpcs")) }}
- name: {{ $port }}
  port: {{ $number }}
  targetPort: {{ $port }}
  {{- /* What is by TLS asks for a client certificate, so nobody is to take it for HTTPS. */}}
  {{- if ne $port "grpcs" }}
  appProtocol: {{ ternary "kubernetes.io/h2c" "http" (eq $port "grpc") }}
  {{- end }}
  {{- with index $.nodePorts $port }}
  nodePort: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
