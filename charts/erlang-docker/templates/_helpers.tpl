{{/*
All of these take a dict: `root`, the chart's scope, and where something belongs to a kind, `kind`, a or b. What else
one takes is said above it.
*/}}

{{- define "erlang-docker.name" -}}
{{- default .root.Chart.Name .root.Values.nameOverride | trunc 46 | trimSuffix "-" -}}
{{- end }}

{{/*
The prefix of all names. With `-a-sfs` it must fit into 52 characters: a pod's label adds 11 to the name of its
StatefulSet (kubernetes/kubernetes#64023). A truncated name, or one that loses its dots, ends in a hash to stay unique.
*/}}
{{- define "erlang-docker.fullname" -}}
{{- $release := .root.Release.Name -}}
{{- $name := default .root.Chart.Name .root.Values.nameOverride -}}
{{- $full := ternary $release (printf "%s-%s" $release $name) (contains $name $release) -}}
{{- $full = default $full .root.Values.fullnameOverride -}}
{{- if or (gt (len $full) 46) (contains "." $full) -}}
{{- printf "%s-%s" ($full | replace "." "-" | trunc 37 | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- else -}}
{{- $full -}}
{{- end -}}
{{- end }}

{{- define "erlang-docker.node" -}}
{{ include "erlang-docker.fullname" . }}-{{ .kind }}
{{- end }}

{{/*
The Service that has all ports of a kind, for nodes, tests and routes: the one for clients, unless that leaves some out.
*/}}
{{- define "erlang-docker.inner-service" -}}
{{- $ports := (index .root.Values.nodes .kind).service.ports -}}
{{ include "erlang-docker.node" . }}-{{ ternary "svc" "inner" (and $ports.http $ports.ws $ports.grpc) }}
{{- end }}

{{/* The values of the kinds that this release has, as YAML. */}}
{{- define "erlang-docker.nodes" -}}
{{- $nodes := dict -}}
{{- range $kind, $node := .root.Values.nodes -}}
{{- if $node.enabled }}{{ $nodes = set $nodes $kind $node }}{{ end -}}
{{- end -}}
{{- if not $nodes -}}
{{- fail "nodes.a.enabled and nodes.b.enabled are both false: a release has one of them or both" -}}
{{- end -}}
{{- toYaml $nodes -}}
{{- end }}

{{/* Where a kind answers, which may be in another release. */}}
{{- define "erlang-docker.service-address" -}}
{{- $elsewhere := (index .root.Values.nodes .kind).serviceDomain -}}
{{- $elsewhere | default (printf "%s:8080" (include "erlang-docker.service-domain" .)) -}}
{{- end }}

{{/* Of both families where Services may be of IPv6; a machine without IPv6 cannot listen there. */}}
{{- define "erlang-docker.listen-address" -}}
{{- $service := .root.Values.service -}}
{{- $six := or (has "IPv6" $service.ipFamilies) (hasSuffix "DualStack" $service.ipFamilyPolicy) -}}
{{- ternary "::" "0.0.0.0" $six -}}
{{- end }}

{{- define "erlang-docker.ip-families" -}}
{{- with .root.Values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .root.Values.service.ipFamilies }}
ipFamilies: [{{ join ", " . }}]
{{- end }}
{{- end }}

{{- define "erlang-docker.service-domain" -}}
{{ include "erlang-docker.inner-service" . }}.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}
{{- end }}

{{- define "erlang-docker.headless-domain" -}}
{{ include "erlang-docker.node" . }}-hl.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}
{{- end }}

{{/* Selects all pods of the release; without the chart's version, because selectors cannot change. */}}
{{- define "erlang-docker.release-labels" -}}
app.kubernetes.io/name: {{ include "erlang-docker.name" . | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- end }}

{{/* Selects the pods of a kind, or those of another `component`. */}}
{{- define "erlang-docker.selector-labels" -}}
{{ include "erlang-docker.release-labels" . }}
app.kubernetes.io/component: {{ .component | default (printf "node-%s" .kind) | quote }}
{{- end }}

{{/* Labels of every object, with its own `labels`; objects of neither kind have no component. */}}
{{- define "erlang-docker.labels" -}}
{{- $selector := ternary "erlang-docker.selector-labels" "erlang-docker.release-labels" (hasKey . "kind") -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" -}}
{{- $own := include $selector . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "erlang-docker" -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "helm.sh/chart" $chart -}}
{{- toYaml (merge $own (.labels | default dict) .root.Values.commonLabels) -}}
{{- end }}

{{/* Takes `name`, and may take `labels`, `annotations`, and `cluster`: true for objects that are in no namespace. */}}
{{- define "erlang-docker.metadata" -}}
name: {{ .name | quote }}
{{- if not .cluster }}
namespace: {{ .root.Release.Namespace | quote }}
{{- end }}
labels:
  {{- include "erlang-docker.labels" . | nindent 2 }}
{{- with merge dict (.annotations | default dict) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "erlang-docker.log-config" -}}
{{- include "erlang-docker.fullname" . }}-log
{{- end }}

{{/* The pod settings of a kind, as YAML: `pod` with the kind's overrides merged in. */}}
{{- define "erlang-docker.pod" -}}
{{- toYaml (mergeOverwrite (deepCopy .root.Values.pod) (index .root.Values.nodes .kind).pod) -}}
{{- end }}

{{/* The same of `statefulSet`. */}}
{{- define "erlang-docker.stateful-set" -}}
{{- toYaml (mergeOverwrite (deepCopy .root.Values.statefulSet) (index .root.Values.nodes .kind).statefulSet) -}}
{{- end }}

{{- define "erlang-docker.image" -}}
{{- $image := (index .root.Values.nodes .kind).image -}}
{{- $registry := default .root.Values.image.registry .root.Values.global.imageRegistry -}}
{{- $tag := $image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{ $image.repository }}{{ empty $image.digest | ternary (printf ":%s" $tag) (printf "@%s" $image.digest) }}
{{- end }}

{{- define "erlang-docker.service-account" -}}
{{- $account := .root.Values.serviceAccount -}}
{{- $account.name | default (ternary (include "erlang-docker.fullname" .) "default" $account.create) -}}
{{- end }}

{{- define "erlang-docker.cookie-secret" -}}
{{- .root.Values.cookie.existingSecret | default (printf "%s-cookie" (include "erlang-docker.fullname" .)) -}}
{{- end }}

{{/* Not empty with TLS. */}}
{{- define "erlang-docker.tls" -}}
{{- ternary "" "true" (eq .root.Values.tls.mode "disable") -}}
{{- end }}

{{/* The ports that clients use, by name, as YAML: gRPC is in plaintext unless TLS is strict, and by TLS unless disabled. */}}
{{- define "erlang-docker.ports" -}}
http: 8080
ws: 9090
{{- if ne .root.Values.tls.mode "strict" }}
grpc: 50051
{{- end }}
{{- if include "erlang-docker.tls" . }}
grpcs: 50052
{{- end }}
{{- end }}

{{/* Empty where the console is open. */}}
{{- define "erlang-docker.token-secret" -}}
{{- $token := .root.Values.console.token -}}
{{- $token.existingSecret | default (ternary (printf "%s-token" (include "erlang-docker.fullname" .)) "" $token.create) -}}
{{- end }}

{{- define "erlang-docker.tls-secret" -}}
{{- index .root.Values.tls.existingSecrets .kind | default (printf "%s-tls" (include "erlang-docker.node" .)) -}}
{{- end }}

{{/* How much a store may take: half of its volume, where nothing else is said. */}}
{{- define "erlang-docker.store-max-bytes" -}}
{{- $storage := .root.Values.storage -}}
{{- if $storage.storeSize -}}
{{- include "erlang-docker.bytes" (dict "size" $storage.storeSize) -}}
{{- else -}}
{{- div (include "erlang-docker.bytes" (dict "size" $storage.size) | int64) 2 -}}
{{- end -}}
{{- end }}

{{/* StorageClasses are not namespaced, so the class of this release has the namespace in its name. */}}
{{- define "erlang-docker.storage-class" -}}
{{- $storage := .root.Values.storage -}}
{{- if or $storage.className (eq $storage.mode "existing") -}}
{{- $storage.className -}}
{{- else -}}
{{- printf "%s.%s" (include "erlang-docker.fullname" .) .root.Release.Namespace -}}
{{- end -}}
{{- end }}

{{/*
A node compares origins as they are, so hosts with a wildcard add none. It knows the name of the inner Service by itself.
*/}}
{{- define "erlang-docker.allowed-origins" -}}
{{- $values := .root.Values -}}
{{- $origins := $values.allowedOrigins -}}
{{- $hosts := ternary (list $values.ingress.host) list $values.ingress.enabled -}}
{{- if $values.httpRoute.enabled }}{{ $hosts = concat $hosts $values.httpRoute.hostnames }}{{ end -}}
{{- if ne (include "erlang-docker.inner-service" .) (printf "%s-svc" (include "erlang-docker.node" .)) }}
{{- $hosts = append $hosts (printf "%s-svc.%s.svc.%s" (include "erlang-docker.node" .) .root.Release.Namespace $values.clusterDomain) -}}
{{- end }}
{{- range $hosts -}}
{{- if not (hasPrefix "*" .) -}}
{{- $origins = concat $origins (list (printf "http://%s" .) (printf "https://%s" .)) -}}
{{- end -}}
{{- end -}}
{{- $origins | uniq | join "," -}}
{{- end }}

{{/* How many nodes of a kind; where that is left to others, as many as there are now, and nothing if none are. */}}
{{- define "erlang-docker.replicas" -}}
{{- $node := index .root.Values.nodes .kind -}}
{{- $replicas := $node.replicas -}}
{{- if or (kindIs "invalid" $replicas) $node.autoscaling.enabled -}}
{{- $name := printf "%s-sfs" (include "erlang-docker.node" .) -}}
{{- with lookup "apps/v1" "StatefulSet" .root.Release.Namespace $name -}}
{{- .spec.replicas -}}
{{- end -}}
{{- else -}}
{{- $replicas -}}
{{- end -}}
{{- end }}

{{/* Until when a stopping pod may take: a node serves for drainSeconds, and stops within 20 s. */}}
{{- define "erlang-docker.grace-seconds" -}}
{{- $pod := include "erlang-docker.pod" . | fromYaml -}}
{{- $drain := .root.Values.drainSeconds | ceil | int -}}
{{- $grace := $pod.terminationGracePeriodSeconds | default (add $drain 25) | int -}}
{{- if lt $grace (add $drain 20 | int) -}}
{{- $what := printf "pod.terminationGracePeriodSeconds of kind %s is %d" .kind $grace -}}
{{- $why := printf "drainSeconds is %d and a node then needs up to 20 s to stop" $drain -}}
{{- fail (printf "%s, but %s: set it to %d or more, or to null" $what $why (add $drain 20)) -}}
{{- end -}}
{{- $grace -}}
{{- end }}

{{/* What node pods and test pods have in common. */}}
{{- define "erlang-docker.pod-spec" -}}
{{- $pod := include "erlang-docker.pod" . | fromYaml -}}
serviceAccountName: {{ include "erlang-docker.service-account" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- toYaml $pod.podSecurityContext | nindent 2 }}
{{- $secrets := list }}
{{- range concat .root.Values.global.imagePullSecrets .root.Values.image.pullSecrets }}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) }}
{{- end }}
{{- with $secrets | uniq }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $pod.schedulerName }}
schedulerName: {{ . | quote }}
{{- end }}
{{- with $pod.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with $pod.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Immutable fields of a StatefulSet; the guard compares them with the live one. */}}
{{- define "erlang-docker.immutable" -}}
serviceName: {{ include "erlang-docker.node" . }}-hl
podManagementPolicy: Parallel
selector:
  matchLabels:
    {{- include "erlang-docker.selector-labels" . | nindent 4 }}
volumeClaimTemplates:
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: erlang-docker-{{ .kind }}-volume
      {{- with .root.Values.storage.claimLabels }}
      labels:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.storage.claimAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      accessModes: [{{ .root.Values.storage.accessMode }}]
      {{- with include "erlang-docker.storage-class" . }}
      storageClassName: {{ . | quote }}
      {{- end }}
      resources:
        requests:
          storage: {{ .root.Values.storage.size | quote }}
{{- end }}

{{/* All nodes of a kind, as the commands take them: they ask the DNS how many there are. */}}
{{- define "erlang-docker.pods" -}}
erlang-docker-{{ .kind }}@{{ include "erlang-docker.node" . }}-sfs.{{ include "erlang-docker.headless-domain" . }}
{{- end }}

{{/* The name of a claim; takes `ordinal`. */}}
{{- define "erlang-docker.claim" -}}
{{- printf "erlang-docker-%s-volume-%s-sfs-%d" .kind (include "erlang-docker.node" .) .ordinal -}}
{{- end }}

{{/* The grpcurl command of the notes; with TLS it needs a client certificate of the nodes' authority, and perhaps $TOKEN. */}}
{{- define "erlang-docker.grpcurl" -}}
{{- $host := printf "%s-sfs-0.%s" (include "erlang-docker.node" .) (include "erlang-docker.headless-domain" .) -}}
{{- $tls := printf "-cacert ca.crt -cert tls.crt -key tls.key -authority %s" $host -}}
{{- $security := empty (include "erlang-docker.tls" .) | ternary "-plaintext" $tls -}}
{{- $token := include "erlang-docker.token-secret" . | empty | ternary "" " -H \"authorization: Bearer $TOKEN\"" -}}
grpcurl {{ $security }}{{ $token }} -d '{"command":"rpc erlang:node()"}'
{{- end }}

{{/* Of `size`, a quantity of Kubernetes, the bytes: the API writes 1024Mi as 1Gi. */}}
{{- define "erlang-docker.bytes" -}}
{{- $powers := dict "k" 1 "K" 1 "M" 2 "G" 3 "T" 4 "P" 5 "E" 6 -}}
{{- $unit := regexFind "[kKMGTPE]i?$" (.size | toString) -}}
{{- $bytes := trimSuffix $unit (.size | toString) | float64 -}}
{{- range until (get $powers (trimSuffix "i" $unit) | int) -}}
{{- $bytes = mulf $bytes (ternary 1024 1000 (hasSuffix "i" $unit)) -}}
{{- end -}}
{{- $bytes | ceil | int64 -}}
{{- end }}
