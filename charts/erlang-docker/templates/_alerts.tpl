{{/*
The alerts, as a YAML array: what somebody who runs the nodes can do something about. What users mistype, or functions
raise, is none of it. Takes also `pods` and `sets`, the matchers of this release's pods and StatefulSets.
*/}}
{{- define "erlang-docker.alerts" -}}
{{- $at := .root.Values.prometheusRule.thresholds -}}
{{- $pod := "{{ $labels.pod }}" -}}
- alert: ErlangDockerCallsFail
  expr: |-
    sum by (namespace, pod) (
      rate(erlang_docker_command_duration_seconds_count{ {{- .pods }},outcome=~"nodedown|busy"}[5m])
    ) / sum by (namespace, pod) (
      rate(erlang_docker_command_duration_seconds_count{ {{- .pods }}}[5m])
    ) > {{ $at.failedShare }}
  for: 5m
  labels: {severity: critical}
  annotations: {summary: "No node takes {{ "{{ $value | humanizePercentage }}" }} of the commands at {{ $pod }}."}
- alert: ErlangDockerRepicksRise
  expr: |-
    sum by (namespace, pod) (rate(erlang_docker_repicks_total{ {{- .pods }}}[5m]))
    / sum by (namespace, pod) (rate(erlang_docker_calls_made_total{ {{- .pods }}}[5m])) > {{ $at.repickShare }}
  for: 10m
  labels: {severity: warning}
  annotations: {summary: "{{ $pod }} tries {{ "{{ $value | humanizePercentage }}" }} of its calls again."}
- alert: ErlangDockerLinksRefused
  expr: |-
    sum by (namespace, pod) (rate(erlang_docker_link_failures_total{ {{- .pods }},reason="refused"}[5m])) > 0
  for: 10m
  labels: {severity: warning}
  annotations: {summary: "{{ $pod }} and nodes that it picks do not know each other's cookie or certificate."}
- alert: ErlangDockerNoneReady
  expr: |-
    kube_statefulset_status_replicas_ready{ {{- .sets }}} == 0
    and on (namespace, statefulset) kube_statefulset_replicas{ {{- .sets }}} > 0
  for: 2m
  labels: {severity: critical}
  annotations: {summary: "No node of {{ "{{ $labels.statefulset }}" }} is ready."}
- alert: ErlangDockerPodsNotReady
  expr: |-
    kube_statefulset_status_replicas_ready{ {{- .sets }}} < on (namespace, statefulset) kube_statefulset_replicas{ {{- .sets }}}
  for: 15m
  labels: {severity: warning}
  annotations: {summary: "Only {{ "{{ $value }}" }} nodes of {{ "{{ $labels.statefulset }}" }} are ready."}
- alert: ErlangDockerStarting
  expr: erlang_docker_state{ {{- .pods }},state="starting"} == 1
  for: 10m
  labels: {severity: warning}
  annotations: {summary: "{{ $pod }} has been starting for more than 10 minutes."}
- alert: ErlangDockerRestarts
  expr: changes(erlang_docker_boot_epoch{ {{- .pods }}}[30m]) > {{ $at.restarts }}
  labels: {severity: warning}
  annotations: {summary: "{{ $pod }} has started {{ "{{ $value }}" }} times in 30 minutes."}
- alert: ErlangDockerVersionSkew
  expr: count by (namespace) (count by (namespace, version) (erlang_docker_build_info{ {{- .pods }}})) > 1
  for: 1h
  labels: {severity: warning}
  annotations: {summary: "Nodes of {{ "{{ $value }}" }} versions have been running side by side for more than an hour."}
- alert: ErlangDockerLoopLag
  expr: |-
    histogram_quantile(0.99, sum by (namespace, pod, le) (rate(erlang_docker_loop_lag_seconds_bucket{ {{- .pods }}}[5m])))
    > {{ $at.loopLagSeconds }}
  for: 10m
  labels: {severity: warning}
  annotations: {summary: "The event loop of {{ $pod }} lags by {{ "{{ $value | humanizeDuration }}" }}."}
- alert: ErlangDockerStoreRefuses
  expr: sum by (namespace, pod, reason) (increase(erlang_docker_store_refused_total{ {{- .pods }}}[5m])) > 0
  for: 1m
  labels: {severity: critical}
  annotations: {summary: "The store of {{ $pod }} refuses what is asked: {{ "{{ $labels.reason }}" }}."}
- alert: ErlangDockerStoreFullSoon
  expr: |-
    erlang_docker_store_bytes{ {{- .pods }}} / erlang_docker_store_limit_bytes{ {{- .pods }}} > {{ $at.storeUsedShare }}
  for: 10m
  labels: {severity: warning}
  annotations: {summary: "The store of {{ $pod }} uses {{ "{{ $value | humanizePercentage }}" }} of what it may."}
- alert: ErlangDockerVolumeFullSoon
  # Nearly full, or less than half free and full within a day if it goes on as in the last six hours.
  expr: |-
    erlang_docker_volume_free_bytes{ {{- .pods }}} / erlang_docker_volume_size_bytes{ {{- .pods }}} < {{ $at.volumeFreeShare }}
    or (
      erlang_docker_volume_free_bytes{ {{- .pods }}} / erlang_docker_volume_size_bytes{ {{- .pods }}} < 0.5
      and predict_linear(erlang_docker_volume_free_bytes{ {{- .pods }}}[6h], 86400) < 0
    )
  for: 30m
  labels: {severity: warning}
  annotations: {summary: "The volume of {{ $pod }} is {{ "{{ $value | humanizePercentage }}" }} free, and full soon."}
- alert: ErlangDockerCertificateExpires
  expr: |-
    erlang_docker_certificate_expiry_timestamp_seconds{ {{- .pods }}} - time() < {{ $at.certificateDays }} * 86400
  for: 1h
  labels: {severity: warning}
  annotations: {summary: "{{ "{{ $labels.file }}" }} of {{ $pod }} ends in {{ "{{ $value | humanizeDuration }}" }}."}
- alert: ErlangDockerNoMetrics
  # Only of a node that was heard within the last day: under a NetworkPolicy that lets nobody read them, none ever is.
  expr: up{ {{- .pods }}} == 0 and max_over_time(up{ {{- .pods }}}[1d]) == 1
  for: 5m
  labels: {severity: warning}
  annotations: {summary: "{{ $pod }} does not answer on its admin port any more."}
{{- end }}
