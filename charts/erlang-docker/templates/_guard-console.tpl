{{/* A console that strangers reach is open only if somebody said so. */}}
{{- define "erlang-docker.guard-console" -}}
{{- $values := .root.Values -}}
{{- $token := $values.console.token -}}
{{- if and $token.create $token.existingSecret -}}
{{- fail "console.token.create and console.token.existingSecret are both set: set only one" -}}
{{- end -}}
{{- if eq $token.runKey $token.readKey -}}
{{- fail "console.token.runKey and console.token.readKey are the same: a key for each token" -}}
{{- end -}}
{{- $secret := include "erlang-docker.token-secret" . -}}
{{- if and $secret $values.console.open -}}
{{- fail "console.open is true, and console.token wants a token: set only one" -}}
{{- end -}}
{{- $ways := list -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- $leads := or $node.service.ports.ws $node.service.ports.grpc -}}
{{- if and $leads (eq $node.service.type "LoadBalancer") -}}
{{- $ways = append $ways (printf "nodes.%s.service.type is LoadBalancer" $kind) -}}
{{- end -}}
{{- end -}}
{{- range $way := list "ingress" "httpRoute" "grpcRoute" -}}
{{- if (index $values $way).enabled -}}
{{- $ways = append $ways (printf "%s.enabled is true" $way) -}}
{{- end -}}
{{- end -}}
{{- if and $ways (not $secret) (not $values.console.open) -}}
{{- $what := "so strangers can reach the console and call every function, store:delete included" -}}
{{- $fix := "set console.token.create=true or console.token.existingSecret, or console.open=true to leave it open" -}}
{{- fail (printf "%s, %s: %s" (join ", " $ways) $what $fix) -}}
{{- end -}}
{{- include "erlang-docker.guard-token" . -}}
{{- end }}

{{- define "erlang-docker.guard-token" -}}
{{- $token := .root.Values.console.token -}}
{{- $namespace := .root.Release.Namespace -}}
{{- with $token.existingSecret -}}
{{- $name := . -}}
{{- with lookup "v1" "Secret" $namespace $name -}}
{{- $value := get (.data | default dict) $token.runKey | b64dec | trim -}}
{{- if not (regexMatch "^[A-Za-z0-9._~+/-]+=*$" $value | and (ge (len $value) 16)) -}}
{{- $what := printf "Secret %s has no token under key %s: at least 16 letters, digits and -._~+/" $name $token.runKey -}}
{{- $literal := printf "--from-literal=%s=$(openssl rand -hex 32)" $token.runKey -}}
{{- $create := printf "kubectl -n %s create secret generic %s %s" $namespace $name $literal -}}
{{- fail (printf "%s: %s --dry-run=client -o yaml | kubectl apply -f -" $what $create) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
