{{/*
What holds volumes cannot change either, and the API server would say so in the middle of an upgrade. All take a dict with
`root`, the chart's scope.
*/}}
{{- define "erlang-docker.guard-storage" -}}
{{- $storage := .root.Values.storage -}}
{{- if eq $storage.mode "static-pv" -}}
{{- include "erlang-docker.guard-machines" . -}}
{{- end -}}
{{- if and (eq $storage.mode "local-path") (eq $storage.className "local-path") -}}
{{- $what := "storage.className is local-path, which is what the provisioner calls its own StorageClass" -}}
{{- fail (printf "%s: set storage.mode=existing to use that one, or leave className empty" $what) -}}
{{- end -}}
{{- if and .root.Values.backup.enabled (not .root.Values.backup.claim) -}}
{{- fail "backup.enabled is true, so backup.claim must name a claim (PVC) for the backups: docs/backup.md shows one" -}}
{{- end -}}
{{- include "erlang-docker.guard-storage-class" . -}}
{{- end }}

{{/* Each volume is on the machine that is listed for its ordinal; one that exists stays where it is. */}}
{{- define "erlang-docker.guard-machines" -}}
{{- $root := .root -}}
{{- $machines := $root.Values.storage.staticPV.machines -}}
{{- range $kind, $node := include "erlang-docker.nodes" . | fromYaml -}}
{{- $most := $node.autoscaling.enabled | ternary $node.autoscaling.maxReplicas ($node.replicas | default 0) | int -}}
{{- if gt $most (len $machines) -}}
{{- $what := printf "storage.staticPV.machines has %d entries" (len $machines) -}}
{{- $fix := printf "add %d at the end; a machine may be there more than once" (sub $most (len $machines)) -}}
{{- fail (printf "%s, but kind %s may have %d nodes: %s" $what $kind $most $fix) -}}
{{- end -}}
{{- range $ordinal, $machine := $machines -}}
{{- $claim := include "erlang-docker.claim" (dict "root" $root "kind" $kind "ordinal" $ordinal) -}}
{{- $name := printf "%s.%s" $root.Release.Namespace $claim -}}
{{- with lookup "v1" "PersistentVolume" "" $name -}}
{{- $term := first .spec.nodeAffinity.required.nodeSelectorTerms -}}
{{- $was := first (first $term.matchExpressions).values -}}
{{- if ne $was $machine -}}
{{- $what := printf "storage.staticPV.machines[%d] is %s, but volume %s is on %s" $ordinal $machine $name $was -}}
{{- fail (printf "%s, and cannot move: keep %s at this place, and add machines at the end" $what $was) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* One of another mode is in the way of the new one, or goes with the upgrade while claims still name it. */}}
{{- define "erlang-docker.guard-storage-class" -}}
{{- $root := .root -}}
{{- $storage := $root.Values.storage -}}
{{- $name := include "erlang-docker.storage-class" . -}}
{{- $existing := eq $storage.mode "existing" -}}
{{- with $name | empty | ternary dict (lookup "storage.k8s.io/v1" "StorageClass" "" $name) -}}
{{- $by := .metadata.annotations | default dict -}}
{{- $release := list (get $by "meta.helm.sh/release-namespace") (get $by "meta.helm.sh/release-name") | join "/" -}}
{{- $ours := eq $release (printf "%s/%s" $root.Release.Namespace $root.Release.Name) -}}
{{- if and $existing $ours -}}
{{- $what := printf "StorageClass %s is of this release, and storage.mode=existing would delete it" $name -}}
{{- fail (printf "%s while the nodes' claims name it: keep the mode" $what) -}}
{{- end -}}
{{- if not (or $existing $ours) -}}
{{- $what := printf "StorageClass %s is there already, and not of this release" $name -}}
{{- fail (printf "%s: set storage.mode=existing to use it, or another storage.className" $what) -}}
{{- end -}}
{{- if not $existing -}}
{{- include "erlang-docker.guard-own-class" (dict "root" $root "class" .) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Takes `class`, the StorageClass of this release as it is. */}}
{{- define "erlang-docker.guard-own-class" -}}
{{- $storage := .root.Values.storage -}}
{{- $name := .class.metadata.name -}}
{{- $new := include "erlang-docker.provisioner" . -}}
{{- if ne .class.provisioner $new -}}
{{- $what := printf "StorageClass %s is of %s, and storage.mode=%s would be of %s" $name .class.provisioner $storage.mode $new -}}
{{- fail (printf "%s, where the nodes' volumes are not: keep the mode, or read in UPGRADING.md how to copy them" $what) -}}
{{- end -}}
{{- if ne .class.reclaimPolicy $storage.reclaimPolicy -}}
{{- $change := printf "from %s to %s" .class.reclaimPolicy $storage.reclaimPolicy -}}
{{- $what := printf "StorageClass %s cannot change storage.reclaimPolicy %s" $name $change -}}
{{- $fix := printf "kubectl delete storageclass %s, then run the same helm command again" $name -}}
{{- fail (printf "%s: %s. Volumes that are there keep theirs: see UPGRADING.md" $what $fix) -}}
{{- end -}}
{{- end }}

{{- define "erlang-docker.provisioner" -}}
{{- eq .root.Values.storage.mode "local-path" | ternary "rancher.io/local-path" "kubernetes.io/no-provisioner" -}}
{{- end }}
