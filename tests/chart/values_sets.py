"""Sets of values that have to work: each mode, each option, everything at once."""

TLS = {"mode": "strict", "existingSecrets": {"a": "tls-a", "b": "tls-b"}}
GATEWAY = {"enabled": True, "parentRefs": [{"name": "gateway", "namespace": "infra"}], "hostnames": ["erlang.example"]}
SIDE_IMAGE = {"image": "example/copy:1", "resources": {"limits": {"memory": "64Mi"}}}
SIDE = {
    "image": "example/side:1",
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    },
    "resources": {"requests": {"memory": "32Mi", "cpu": 0.1}, "limits": {"memory": "64Mi"}},
}

VALUES_SETS: dict[str, dict[str, object]] = {
    "defaults": {},
    "existing": {"storage": {"mode": "existing", "accessMode": "ReadWriteOnce"}},
    "existing-class": {"storage": {"mode": "existing", "className": "standard", "size": "2Gi"}},
    "static-pv": {"storage": {"mode": "static-pv", "staticPV": {"machines": ["worker1", "worker2", "worker1"]}}},
    "node-ports-chosen": {"nodes": {"a": {"service": {"nodePorts": {"http": None, "ws": None, "grpc": None}}}}},
    "cluster-ip": {"nodes": {"a": {"service": {"type": "ClusterIP"}}}},
    "load-balancer": {
        "console": {"token": {"existingSecret": "tokens", "runKey": "all", "readKey": "some"}},
        "nodes": {
            "a": {
                "service": {
                    "type": "LoadBalancer",
                    "externalTrafficPolicy": "Local",
                    "loadBalancerClass": "example.org/own",
                    "loadBalancerSourceRanges": ["192.0.2.0/24", "2001:db8::/32"],
                }
            }
        },
    },
    "some-ports": {
        "nodes": {
            "a": {"service": {"externalTrafficPolicy": "Local", "ports": {"http": False, "grpc": False}}},
            "b": {"service": {"ports": {"ws": False}}},
        }
    },
    "scaled-by-others": {"nodes": {"a": {"replicas": None}, "b": {"replicas": None}}},
    "autoscaled": {
        "nodes": {
            "a": {"autoscaling": {"enabled": True, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 600}}}},
            "b": {"replicas": 0},
        }
    },
    "one-kind": {
        "cookie": {"existingSecret": "cookie"},
        "nodes": {"a": {"enabled": False, "serviceDomain": "games-a-svc.games.svc.cluster.local:8080"}},
    },
    "dual-stack": {"service": {"ipFamilyPolicy": "RequireDualStack", "ipFamilies": ["IPv6", "IPv4"]}},
    "backup": {
        "backup": {
            "enabled": True,
            "schedule": "@daily",
            "claim": "backups",
            "upload": {"command": ["copy", "/backup"], **SIDE_IMAGE},
        },
        "tls": TLS,
    },
    "backup-on-a-claim": {"backup": {"enabled": True, "claim": "backups"}},
    "network-policy": {
        "networkPolicy": {
            "enabled": True,
            "metricsFrom": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}],
            "extraEgress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}],
        },
        "nodes": {"b": {"networkPolicy": {"from": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]}}},
    },
    "own-secrets": {"cookie": {"existingSecret": "cookie", "key": "secret"}, "tls": TLS},
    "cert-manager": {"tls": {"mode": "strict", "certManager": {"enabled": True, "issuerRef": {"name": "ca"}}}},
    "permissive": {
        "console": {"open": True},
        "tls": {**TLS, "mode": "permissive"},
        "grpcRoute": GATEWAY,
        "networkPolicy": {"enabled": True},
        "cookie": {"value": "n" * 32 + "\n" + "o" * 32},
    },
    "front": {
        "console": {"open": True},
        "ingress": {"enabled": True, "className": "nginx", "host": "erlang.example", "tlsSecret": "front"},
        "httpRoute": GATEWAY,
        "grpcRoute": GATEWAY,
    },
    "watched": {
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "prometheusRule": {"enabled": True},
        "dashboard": {"enabled": True},
    },
    "looked-into": {"logLevel": "DEBUG", "accessLog": 0.01, "faultSwitches": True},
    "traced": {
        "tracing": {"endpoint": "http://collector.tracing:4317", "sampleRatio": 0.05},
        "networkPolicy": {"enabled": True, "extraEgress": [{"ports": [{"port": 4317}]}]},
    },
    "watched-by-pod": {"podMonitor": {"enabled": True, "labels": {"release": "prometheus"}}},
    "images": {
        "global": {"imageRegistry": "registry.example", "imagePullSecrets": [{"name": "shared"}, "pull"]},
        "image": {"tag": "2", "pullPolicy": "Always", "pullSecrets": ["pull", {"name": "own"}]},
        "nodes": {"b": {"image": {"digest": "sha256:" + "0" * 64}}},
    },
    "pod": {
        "pod": {
            "annotations": {"example/a": "1"},
            "labels": {"team": "erlang"},
            "extraEnv": {
                "HTTP_PROXY": "http://proxy.example",
                "SECRET": {"valueFrom": {"secretKeyRef": {"name": "secret", "key": "key"}}},
            },
            "lifecycle": {"preStop": {"exec": {"command": ["true"]}}},
            "nodeSelector": {"disk": "ssd"},
            "tolerations": [{"key": "erlang", "operator": "Exists"}],
            "affinity": {"podAntiAffinity": {}},
            "priorityClassName": "high",
        },
        "nodes": {"b": {"pod": {"resources": {"limits": {"memory": "1Gi"}}, "extraEnv": {"HTTP_PROXY": ""}}}},
        "extraObjects": [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "{{ .Release.Name }}-more"}, "data": {}}
        ],
    },
    "extended": {
        "commonLabels": {"team": "erlang"},
        "commonAnnotations": {"example/owner": "erlang"},
        "pod": {
            "envFrom": [{"configMapRef": {"name": "more"}}, {"prefix": "S_", "secretRef": {"name": "secret"}}],
            "extraVolumes": [{"name": "more", "configMap": {"name": "more"}}],
            "extraVolumeMounts": [{"name": "more", "mountPath": "/etc/more", "readOnly": True}],
            "initContainers": [{"name": "first", **SIDE}, {"name": "beside", "restartPolicy": "Always", **SIDE}],
            "extraContainers": [{"name": "more", **SIDE}],
            "hostAliases": [{"ip": "192.0.2.1", "hostnames": ["more.example"]}],
            "dnsConfig": {"options": [{"name": "ndots", "value": "2"}]},
            "schedulerName": "own",
            "runtimeClassName": "gvisor",
            "tmpSize": "1G",
        },
        "statefulSet": {"annotations": {"example/a": "1"}, "revisionHistoryLimit": 3},
        "storage": {"size": "1.5G", "claimLabels": {"backup": "daily"}, "claimAnnotations": {"example/claim": "1"}},
        "nodes": {
            "b": {
                "pod": {"extraContainers": [], "hostAliases": [], "schedulerName": "", "tmpSize": ""},
                "statefulSet": {
                    "annotations": {"example/b": "2"},
                    "updateStrategy": {"rollingUpdate": {"partition": 2}},
                },
            }
        },
    },
}
