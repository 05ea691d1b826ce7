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
{{- include "erlang-docker.guard-service" . -}}
{{- include "erlang-docker.guard-kinds" . -}}
{{- include "erlang-docker.guard-storage" . -}}
{{- include "erlang-docker.guard-node-ports" . -}}
{{- include "erlang-docker.guard-cookie" . -}}
{{- include "erlang-docker.guard-tls" . -}}
{{- include "erlang-docker.guard-console" . -}}
{{- include "erlang-docker.guard-tracing" . -}}
{{- include "erlang-docker.guard-names" . -}}
{{- include "erlang-docker.guard-immutable" . -}}
{{- end }}

{{- define "erlang-docker.guard-node-ports" -}}
{{- $taken := dict -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- if ne $node.service.type "ClusterIP" -}}
{{- range $name, $port := $node.service.nodePorts -}}
{{- if and $port (index $node.service.ports $name) -}}
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
{{- $given := include "erlang-docker.cookies" (dict "text" $cookie.value) | fromJsonArray -}}
{{- range $given -}}
{{- if lt (len .) 32 -}}
{{- fail (printf "cookie.value has a cookie of %d bytes, a cookie needs at least 32: openssl rand -hex 32" (len .)) -}}
{{- end -}}
{{- end -}}
{{- $name := include "erlang-docker.cookie-secret" . -}}
{{- with lookup "v1" "Secret" $namespace $name -}}
{{- $live := include "erlang-docker.cookies" (dict "text" (dig "data" $cookie.key "" . | b64dec)) | fromJsonArray -}}
{{- $kept := false -}}
{{- range $given -}}
{{- $kept = or $kept (has . $live) -}}
{{- end -}}
{{- if and $given $live (not $kept) -}}
{{- $what := printf "cookie.value has none of the cookies in Secret %s" $name -}}
{{- $why := "nodes read it one after the other, and those with different cookies cannot call each other" -}}
{{- $mend := "first give the new one and the old, each on a line, see UPGRADING.md" -}}
{{- $else := printf "where no node runs: kubectl -n %s delete secret %s" $namespace $name -}}
{{- fail (printf "%s; %s: %s; %s" $what $why $mend $else) -}}
{{- end -}}
{{- $bytes := first $live | default "" | len -}}
{{- if and (not $given) (lt $bytes 32) -}}
{{- $literal := printf "--from-literal=%s=$(openssl rand -hex 32)" $cookie.key -}}
{{- $create := printf "kubectl -n %s create secret generic %s %s" $namespace $name $literal -}}
{{- $fix := printf "%s --dry-run=client -o yaml | kubectl apply -f -" $create -}}
{{- fail (printf "Secret %s has %d bytes under key %s, a cookie needs at least 32: %s" $name $bytes $cookie.key $fix) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Of `text` the lines that are cookies, as a JSON array: without the blanks around them, as a node reads them. */}}
{{- define "erlang-docker.cookies" -}}
{{- $cookies := list -}}
{{- range splitList "\n" .text -}}
{{- $cookies = append $cookies (trim .) -}}
{{- end -}}
{{- without $cookies "" | toJson -}}
{{- end }}

{{/*
While pods are replaced there are nodes of both modes, so two that have nothing in common must not follow each other.
*/}}
{{- define "erlang-docker.guard-tls" -}}
{{- $root := .root -}}
{{- $tls := $root.Values.tls -}}
{{- if include "erlang-docker.tls" . -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- if and (not $tls.certManager.enabled) (not (index $tls.existingSecrets $kind)) -}}
{{- fail (printf "tls.mode is %s, so set tls.existingSecrets.%s, or tls.certManager.enabled" $tls.mode $kind) -}}
{{- end -}}
{{- end -}}
{{- if and $tls.certManager.enabled (not $tls.certManager.issuerRef) -}}
{{- $which := "tls.certManager.issuerRef must name an issuer: kubectl get issuers,clusterissuers" -}}
{{- fail (printf "tls.certManager.enabled is true, so %s" $which) -}}
{{- end -}}
{{- end -}}
{{- if and $root.Values.grpcRoute.enabled (eq $tls.mode "strict") -}}
{{- $why := "nodes ask for a client certificate, which a Gateway has none of" -}}
{{- $mend := "let TLS pass through it, by a TLSRoute to port 50052, see the chart's README" -}}
{{- fail (printf "grpcRoute.enabled is true and tls.mode is strict: %s; %s" $why $mend) -}}
{{- end -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- $name := printf "%s-sfs" (include "erlang-docker.node" (dict "root" $root "kind" $kind)) -}}
{{- with lookup "apps/v1" "StatefulSet" $root.Release.Namespace $name -}}
{{- $live := "disable" -}}
{{- range (first .spec.template.spec.containers).env -}}
{{- if eq .name "TLS_MODE" }}{{ $live = .value }}{{ end -}}
{{- end -}}
{{- if and (ne $live $tls.mode) (not (has "permissive" (list $live $tls.mode))) -}}
{{- $what := printf "tls.mode of StatefulSet %s is %s, and %s would follow at once" $name $live $tls.mode -}}
{{- $why := "nodes of the two cannot call each other while pods are replaced" -}}
{{- fail (printf "%s; %s: first --set tls.mode=permissive --wait, then --set tls.mode=%s" $what $why $tls.mode) -}}
{{- end -}}
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
