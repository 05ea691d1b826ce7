{{/*
Fail early, with the fix in the message, on values that would otherwise fail later and far from their cause. All take a
dict with `root`, the chart's scope.
*/}}
{{- define "erlang-docker.guards" -}}
{{- $values := .root.Values -}}
{{- $static := eq $values.storage.mode "static-pv" -}}
{{- $fullname := include "erlang-docker.fullname" . -}}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $fullname) -}}
{{- $rule := "but a Service name may only have a-z, 0-9 and -, and must start with a letter: set fullnameOverride" -}}
{{- fail (printf "objects would be named %q, %s" $fullname $rule) -}}
{{- end -}}
{{- if and $static (not $values.storage.staticPV.machines) -}}
{{- fail "storage.mode is static-pv, so storage.staticPV.machines must list machines: kubectl get nodes" -}}
{{- end -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- if and $values.tls.enabled (not $values.tls.certManager.enabled) (not (index $values.tls.existingSecrets $kind)) -}}
{{- fail (printf "tls.enabled is true, so set tls.existingSecrets.%s, or tls.certManager.enabled" $kind) -}}
{{- end -}}
{{- end -}}
{{- if and $values.tls.certManager.enabled (not $values.tls.certManager.issuerRef) -}}
{{- fail "tls.certManager.enabled is true, so tls.certManager.issuerRef must name an issuer: kubectl get issuers,clusterissuers" -}}
{{- end -}}
{{- if and $values.ingress.enabled (not $values.ingress.host) -}}
{{- fail "ingress.enabled is true, so set ingress.host" -}}
{{- end -}}
{{- if and $values.serviceMonitor.enabled $values.podMonitor.enabled -}}
{{- fail "serviceMonitor.enabled and podMonitor.enabled are both true, which counts each node twice: set only one" -}}
{{- end -}}
{{- range $route := list "httpRoute" "grpcRoute" -}}
{{- if and (index $values $route).enabled (not (index $values $route).parentRefs) -}}
{{- fail (printf "%s.enabled is true, so %s.parentRefs must name a Gateway: kubectl get gateways -A" $route $route) -}}
{{- end -}}
{{- end -}}
{{- include "erlang-docker.guard-kinds" . -}}
{{- include "erlang-docker.guard-storage" . -}}
{{- include "erlang-docker.guard-node-ports" . -}}
{{- include "erlang-docker.guard-cookie" . -}}
{{- include "erlang-docker.guard-names" . -}}
{{- include "erlang-docker.guard-immutable" . -}}
{{- end }}

{{- define "erlang-docker.guard-node-ports" -}}
{{- $taken := dict -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
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
{{- $namespace := .root.Release.Namespace -}}
{{- $cookie := .root.Values.cookie -}}
{{- if and $cookie.value $cookie.existingSecret -}}
{{- fail "cookie.value and cookie.existingSecret are both set: set only one" -}}
{{- end -}}
{{- /* A node reads its cookie without the blanks around it. */ -}}
{{- $bytes := len (trim $cookie.value) -}}
{{- if and $cookie.value (lt $bytes 32) -}}
{{- fail (printf "cookie.value has %d bytes, a cookie needs at least 32: openssl rand -hex 32" $bytes) -}}
{{- end -}}
{{- $name := include "erlang-docker.cookie-secret" . -}}
{{- with lookup "v1" "Secret" $namespace $name -}}
{{- $bytes := dig "data" $cookie.key "" . | b64dec | trim | len -}}
{{- if and (not $cookie.value) (lt $bytes 32) -}}
{{- $literal := printf "--from-literal=%s=$(openssl rand -hex 32)" $cookie.key -}}
{{- $create := printf "kubectl -n %s create secret generic %s %s" $namespace $name $literal -}}
{{- $fix := printf "%s --dry-run=client -o yaml | kubectl apply -f -" $create -}}
{{- fail (printf "Secret %s has %d bytes under key %s, a cookie needs at least 32: %s" $name $bytes $cookie.key $fix) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/*
Under other names all nodes would be new and empty, and the old ones deleted at once. What was installed before is found by
its labels; the chart's own name tells it from other parts of the same release.
*/}}
{{- define "erlang-docker.guard-names" -}}
{{- $root := .root -}}
{{- $fullname := include "erlang-docker.fullname" . -}}
{{- $name := include "erlang-docker.name" . -}}
{{- $chart := printf "^%s-[0-9]" (regexQuoteMeta $root.Chart.Name) -}}
{{- range (lookup "apps/v1" "StatefulSet" $root.Release.Namespace "").items -}}
{{- $labels := .metadata.labels | default dict -}}
{{- $kind := get $labels "app.kubernetes.io/component" | trimPrefix "node-" -}}
{{- $ours := and (hasKey $root.Values.nodes $kind) (regexMatch $chart (get $labels "helm.sh/chart")) -}}
{{- if and $ours (eq (get $labels "app.kubernetes.io/instance") $root.Release.Name) -}}
{{- $was := trimSuffix (printf "-%s-sfs" $kind) .metadata.name -}}
{{- $named := get $labels "app.kubernetes.io/name" -}}
{{- if or (ne $was $fullname) (ne $named $name) -}}
{{- $what := printf "StatefulSet %s is named by other values of nameOverride and fullnameOverride" .metadata.name -}}
{{- $why := "names cannot change: all nodes would start anew and empty. Keep them" -}}
{{- fail (printf "%s; %s: --set nameOverride=%s --set fullnameOverride=%s" $what $why $named $was) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/*
The API server rejects changes to these StatefulSet fields and does not say what to do. `lookup` finds nothing in
`helm template`, so there the API server has the last word.
*/}}
{{- define "erlang-docker.guard-immutable" -}}
{{- $root := .root -}}
{{- $namespace := $root.Release.Namespace -}}
{{- $changes := list -}}
{{- $deletes := list -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- $scope := dict "root" $root "kind" $kind -}}
{{- $name := printf "%s-sfs" (include "erlang-docker.node" $scope) -}}
{{- $spec := include "erlang-docker.immutable" $scope | fromYaml -}}
{{- with lookup "apps/v1" "StatefulSet" $namespace $name -}}
{{- $live := include "erlang-docker.immutable-facts" . | fromYaml -}}
{{- $new := include "erlang-docker.immutable-facts" (dict "spec" $spec) | fromYaml -}}
{{- range $fact, $value := $live -}}
{{- if ne $value (get $new $fact) -}}
{{- $changes = append $changes (printf "    %s, %s: from %s to %s" $name $fact $value (get $new $fact)) -}}
{{- $deletes = append $deletes (printf "    kubectl -n %s delete statefulset %s --cascade=orphan" $namespace $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with $changes -}}
{{- $what := printf "These StatefulSet fields are immutable:\n\n%s" (join "\n" .) -}}
{{- $how := "The StatefulSet can be recreated while its pods and volumes stay:" -}}
{{- $then := "Then run the same helm command again. First read in UPGRADING.md what happens to the volumes." -}}
{{- fail (printf "\n\n%s\n\n%s\n\n%s\n\n%s" $what $how ($deletes | uniq | join "\n") $then) -}}
{{- end -}}
{{- end }}

{{/* Of a StatefulSet, or a dict with its `spec`. */}}
{{- define "erlang-docker.immutable-facts" -}}
{{- $claim := first .spec.volumeClaimTemplates -}}
serviceName: {{ .spec.serviceName | quote }}
podManagementPolicy: {{ .spec.podManagementPolicy }}
selector: {{ toJson .spec.selector.matchLabels | quote }}
volume: {{ $claim.metadata.name }}
labels of the volume: {{ $claim.metadata.labels | default dict | toJson | quote }}
annotations of the volume: {{ $claim.metadata.annotations | default dict | toJson | quote }}
accessModes: {{ join "," $claim.spec.accessModes }}
storageClassName: {{ $claim.spec.storageClassName | default "the default" | quote }}
storage: {{ include "erlang-docker.bytes" (dict "size" $claim.spec.resources.requests.storage) }} bytes
{{- end }}
