{{/* Most of these take a dict: `root`, the chart's scope, and `kind`, a or b. */}}

{{- define "erlang-docker.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 46 | trimSuffix "-" -}}
{{- end }}

{{/*
The prefix of all names. With `-a-sfs` it must fit into 52 characters: a pod's label adds 11 to the name of its
StatefulSet (kubernetes/kubernetes#64023). A truncated name, or one that loses its dots, ends in a hash to stay unique.
*/}}
{{- define "erlang-docker.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full = default $full .Values.fullnameOverride -}}
{{- if or (gt (len $full) 46) (contains "." $full) -}}
{{- printf "%s-%s" ($full | replace "." "-" | trunc 37 | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- else -}}
{{- $full -}}
{{- end -}}
{{- end }}

{{- define "erlang-docker.node" -}}
{{ include "erlang-docker.fullname" .root }}-{{ .kind }}
{{- end }}

{{- define "erlang-docker.service-domain" -}}
{{ include "erlang-docker.node" . }}-svc.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}
{{- end }}

{{- define "erlang-docker.headless-domain" -}}
{{ include "erlang-docker.node" . }}-hl.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}
{{- end }}

{{/* Selects all pods of the release; without the chart's version, because selectors cannot change. */}}
{{- define "erlang-docker.release-labels" -}}
app.kubernetes.io/name: {{ include "erlang-docker.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "erlang-docker.selector-labels" -}}
{{ include "erlang-docker.release-labels" . }}
app.kubernetes.io/component: {{ .component | default (printf "node-%s" .kind) }}
{{- end }}

{{/* Labels of every object; objects of neither kind have no component. */}}
{{- define "erlang-docker.labels" -}}
{{- if or .kind .component }}
{{- include "erlang-docker.selector-labels" . }}
{{- else }}
{{- include "erlang-docker.release-labels" . }}
{{- end }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: erlang-docker
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "erlang-docker.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "erlang-docker.labels" . | nindent 2 }}
{{- end }}

{{/* The pod settings of a kind, as YAML: `pod` with the kind's overrides merged in. */}}
{{- define "erlang-docker.pod" -}}
{{- toYaml (mergeOverwrite (deepCopy .root.Values.pod) (index .root.Values.nodes .kind).pod) -}}
{{- end }}

{{- define "erlang-docker.image" -}}
{{- $image := (index .root.Values.nodes .kind).image -}}
{{- $registry := default .root.Values.image.registry (dig "imageRegistry" "" (.root.Values.global | default dict)) -}}
{{- $tag := $image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{ $image.repository }}{{ ternary (printf "@%s" $image.digest) (printf ":%s" $tag) (ne $image.digest "") }}
{{- end }}

{{- define "erlang-docker.service-account" -}}
{{- .Values.serviceAccount.name | default (ternary (include "erlang-docker.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end }}

{{- define "erlang-docker.cookie-secret" -}}
{{- .Values.cookie.existingSecret | default (printf "%s-cookie" (include "erlang-docker.fullname" .)) -}}
{{- end }}

{{- define "erlang-docker.tls-secret" -}}
{{- index .root.Values.tls.existingSecrets .kind | default (printf "%s-tls" (include "erlang-docker.node" .)) -}}
{{- end }}

{{/* How much a store may take: half of its volume, where nothing else is said. */}}
{{- define "erlang-docker.store-max-bytes" -}}
{{- $storage := .Values.storage -}}
{{- if $storage.storeSize -}}
{{- include "erlang-docker.bytes" $storage.storeSize -}}
{{- else -}}
{{- div (include "erlang-docker.bytes" $storage.size | int64) 2 -}}
{{- end -}}
{{- end }}

{{/* StorageClasses are not namespaced, so the class of this release has the namespace in its name. */}}
{{- define "erlang-docker.storage-class" -}}
{{- if or .Values.storage.className (eq .Values.storage.mode "existing") -}}
{{- .Values.storage.className -}}
{{- else -}}
{{- printf "%s.%s" (include "erlang-docker.fullname" .) .Release.Namespace -}}
{{- end -}}
{{- end }}

{{- define "erlang-docker.allowed-origins" -}}
{{- $origins := .Values.allowedOrigins -}}
{{- $hosts := ternary (list .Values.ingress.host) list .Values.ingress.enabled -}}
{{- if .Values.httpRoute.enabled }}{{ $hosts = concat $hosts .Values.httpRoute.hostnames }}{{ end -}}
{{- range $hosts }}{{ $origins = append $origins (printf "http://%s" .) }}{{ $origins = append $origins (printf "https://%s" .) }}{{ end -}}
{{- $origins | uniq | join "," -}}
{{- end }}

{{/* What node pods and test pods have in common. */}}
{{- define "erlang-docker.pod-spec" -}}
{{- $pod := include "erlang-docker.pod" . | fromYaml -}}
serviceAccountName: {{ include "erlang-docker.service-account" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- toYaml $pod.podSecurityContext | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
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
priorityClassName: {{ . }}
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
    spec:
      accessModes: [{{ .root.Values.storage.accessMode }}]
      {{- with include "erlang-docker.storage-class" .root }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .root.Values.storage.size }}
{{- end }}

{{/* The grpcurl command of the notes; with TLS it needs a client certificate like the nodes' own. */}}
{{- define "erlang-docker.grpcurl" -}}
grpcurl {{ ternary (print "-cacert ca.crt -cert tls.crt -key tls.key -authority " (include "erlang-docker.node" (dict "root" . "kind" "a")) "-sfs-0." (include "erlang-docker.headless-domain" (dict "root" . "kind" "a"))) "-plaintext" .Values.tls.enabled }} -d '{"command":"rpc erlang:node()"}'
{{- end }}
