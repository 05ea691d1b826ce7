"""Sets of values that have to work: each mode, each option, everything at once."""

TLS = {"enabled": True, "existingSecrets": {"a": "tls-a", "b": "tls-b"}}
GATEWAY = {"enabled": True, "parentRefs": [{"name": "gateway", "namespace": "infra"}], "hostnames": ["erlang.example"]}

VALUES_SETS: dict[str, dict[str, object]] = {
    "defaults": {},
    "existing": {"storage": {"mode": "existing", "accessMode": "ReadWriteOnce"}},
    "existing-class": {"storage": {"mode": "existing", "className": "standard", "size": "2Gi"}},
    "static-pv": {"storage": {"mode": "static-pv", "staticPV": {"machines": ["worker1", "worker2"]}}},
    "node-ports-chosen": {"nodes": {"a": {"service": {"nodePorts": {"http": None, "ws": None, "grpc": None}}}}},
    "cluster-ip": {"nodes": {"a": {"service": {"type": "ClusterIP"}}}},
    "load-balancer": {"nodes": {"a": {"service": {"type": "LoadBalancer"}}}},
    "autoscaled": {"nodes": {"a": {"replicas": None}, "b": {"replicas": None}}},
    "network-policy": {
        "networkPolicy": {
            "enabled": True,
            "metricsFrom": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}],
            "extraEgress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}],
        },
        "nodes": {"b": {"networkPolicy": {"from": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]}}},
    },
    "own-secrets": {"cookie": {"existingSecret": "cookie", "key": "secret"}, "tls": TLS},
    "cert-manager": {"tls": {"enabled": True, "certManager": {"enabled": True, "issuerRef": {"name": "ca"}}}},
    "front": {
        "ingress": {"enabled": True, "className": "nginx", "host": "erlang.example", "tlsSecret": "front"},
        "httpRoute": GATEWAY,
        "grpcRoute": GATEWAY,
    },
    "watched": {
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "prometheusRule": {"enabled": True},
        "dashboard": {"enabled": True},
    },
    "images": {
        "global": {"imageRegistry": "registry.example"},
        "image": {"tag": "2", "pullPolicy": "Always", "pullSecrets": ["pull"]},
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
}
