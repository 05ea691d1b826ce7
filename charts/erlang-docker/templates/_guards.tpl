{{/* Fail early, with the fix in the message, on values that would otherwise fail later and far from their cause. */}}
{{- define "erlang-docker.guards" -}}
{{- $storage := .Values.storage -}}
{{- $fullname := include "erlang-docker.fullname" . -}}
{{- if not (regexMatch "^[a-z][a-z0-9-]*[a-z0-9]$" $fullname) -}}
{{- fail (printf "objects would be named %q, but a Service name may only have a-z, 0-9 and -, and must start with a letter: set fullnameOverride" $fullname) -}}
{{- end -}}
{{- if and (eq $storage.mode "static-pv") (not $storage.staticPV.machines) -}}
{{- fail "storage.mode is static-pv, so storage.staticPV.machines must list machines: kubectl get nodes" -}}
{{- end -}}
{{- range $kind, $node := .Values.nodes -}}
{{- if and (eq $storage.mode "static-pv") (kindIs "invalid" $node.replicas) -}}
{{- fail (printf "storage.mode is static-pv, so nodes.%s.replicas must say how many volumes to create" $kind) -}}
{{- end -}}
{{- if and $.Values.tls.enabled (not $.Values.tls.certManager.enabled) (not (index $.Values.tls.existingSecrets $kind)) -}}
{{- fail (printf "tls.enabled is true, so set tls.existingSecrets.%s, or tls.certManager.enabled" $kind) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.tls.certManager.enabled (not .Values.tls.certManager.issuerRef) -}}
{{- fail "tls.certManager.enabled is true, so tls.certManager.issuerRef must name an issuer: kubectl get issuers,clusterissuers" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- fail "ingress.enabled is true, so set ingress.host" -}}
{{- end -}}
{{- range $route := list "httpRoute" "grpcRoute" -}}
{{- if and (index $.Values $route).enabled (not (index $.Values $route).parentRefs) -}}
{{- fail (printf "%s.enabled is true, so %s.parentRefs must name a Gateway: kubectl get gateways -A" $route $route) -}}
{{- end -}}
{{- end -}}
{{- include "erlang-docker.guard-node-ports" . -}}
{{- include "erlang-docker.guard-cookie" . -}}
{{- include "erlang-docker.guard-immutable" . -}}
{{- end }}

{{- define "erlang-docker.guard-node-ports" -}}
{{- $taken := dict -}}
{{- range $kind, $node := .Values.nodes -}}
{{- if ne $node.service.type "ClusterIP" -}}
{{- range $name, $port := $node.service.nodePorts -}}
{{- if $port -}}
{{- $value := printf "nodes.%s.service.nodePorts.%s" $kind $name -}}
{{- with get $taken ($port | toString) -}}
{{- fail (printf "%s and %s are both %v: change one, or set it to null to let the cluster choose" . $value $port) -}}
{{- end -}}
{{- $_ := set $taken ($port | toString) $value -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "erlang-docker.guard-cookie" -}}
{{- $cookie := .Values.cookie -}}
{{- if and $cookie.value $cookie.existingSecret -}}
{{- fail "cookie.value and cookie.existingSecret are both set: set only one" -}}
{{- end -}}
{{- if and $cookie.value (lt (len $cookie.value) 32) -}}
{{- fail (printf "cookie.value has %d bytes, a cookie needs at least 32: openssl rand -hex 32" (len $cookie.value)) -}}
{{- end -}}
{{- $name := include "erlang-docker.cookie-secret" . -}}
{{- with lookup "v1" "Secret" .Release.Namespace $name -}}
{{- $kept := dig "data" $cookie.key "" . | b64dec -}}
{{- if and (not $cookie.value) (lt (len (trim $kept)) 32) -}}
{{- fail (printf "Secret %s has %d bytes under key %s, a cookie needs at least 32: kubectl -n %s create secret generic %s --from-literal=%s=$(openssl rand -hex 32) --dry-run=client -o yaml | kubectl apply -f -" $name (len (trim $kept)) $cookie.key $.Release.Namespace $name $cookie.key) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/*
The API server rejects changes to these StatefulSet fields and does not say what to do. `lookup` finds nothing in
`helm template`, so there the API server has the last word.
*/}}
{{- define "erlang-docker.guard-immutable" -}}
{{- $changes := list -}}
{{- $deletes := list -}}
{{- range $kind, $node := .Values.nodes -}}
{{- $scope := dict "root" $ "kind" $kind -}}
{{- $name := printf "%s-sfs" (include "erlang-docker.node" $scope) -}}
{{- with lookup "apps/v1" "StatefulSet" $.Release.Namespace $name -}}
{{- $live := include "erlang-docker.immutable-facts" .spec | fromYaml -}}
{{- $new := include "erlang-docker.immutable-facts" (include "erlang-docker.immutable" $scope | fromYaml) | fromYaml -}}
{{- range $fact, $value := $live -}}
{{- if ne $value (get $new $fact) -}}
{{- $changes = append $changes (printf "    %s, %s: from %s to %s" $name $fact $value (get $new $fact)) -}}
{{- $deletes = append $deletes (printf "    kubectl -n %s delete statefulset %s --cascade=orphan" $.Release.Namespace $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with $changes -}}
{{- fail (printf "\n\nThese StatefulSet fields are immutable:\n\n%s\n\nThe StatefulSet can be recreated while its pods and volumes stay:\n\n%s\n\nThen run the same helm command again. First read in UPGRADING.md what happens to the volumes." (join "\n" .) ($deletes | uniq | join "\n")) -}}
{{- end -}}
{{- end }}

{{- define "erlang-docker.immutable-facts" -}}
{{- $claim := first .volumeClaimTemplates -}}
serviceName: {{ .serviceName }}
podManagementPolicy: {{ .podManagementPolicy }}
selector: {{ toJson .selector.matchLabels | quote }}
volume: {{ $claim.metadata.name }}
accessModes: {{ join "," $claim.spec.accessModes }}
storageClassName: {{ $claim.spec.storageClassName | default "the default" }}
storage: {{ include "erlang-docker.bytes" $claim.spec.resources.requests.storage }} bytes
{{- end }}

{{/* A size in Mi, Gi or Ti as bytes: the API writes 1024Mi as 1Gi. */}}
{{- define "erlang-docker.bytes" -}}
{{- $factors := dict "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $unit := regexFind "[A-Z]i$" . -}}
{{- mul (trimSuffix $unit . | int64) (get $factors $unit | int64) -}}
{{- end }}
