{{/* The container that asks each node for its store: a volume is mounted by its own node alone. */}}
{{- define "erlang-docker.backup" -}}
{{- $values := .root.Values -}}
{{- $pod := include "erlang-docker.pod" . | fromYaml -}}
- name: backup
  image: {{ include "erlang-docker.image" . | quote }}
  imagePullPolicy: {{ $values.image.pullPolicy }}
  securityContext:
    {{- toYaml $pod.securityContext | nindent 4 }}
  command: [erlang-docker, store, backup-all, /backup]
  args:
    - --keep={{ $values.backup.keep }}
    {{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml }}
    - --pods={{ include "erlang-docker.pods" (dict "root" $.root "kind" $kind) }}
    {{- end }}
  env:
    - name: COOKIE_FILE
      value: {{ printf "/etc/erlang-docker/cookie/%s" $values.cookie.key | quote }}
    {{- if include "erlang-docker.tls" . }}
    - {name: TLS_DIR, value: /etc/erlang-docker/tls}
    {{- end }}
  resources:
    {{- toYaml $pod.resources | nindent 4 }}
  volumeMounts:
    - {name: backup, mountPath: /backup}
    - {name: cookie, mountPath: /etc/erlang-docker/cookie, readOnly: true}
    {{- if include "erlang-docker.tls" . }}
    - {name: tls, mountPath: /etc/erlang-docker/tls, readOnly: true}
    {{- end }}
{{- end }}
