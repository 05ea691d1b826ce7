"""Values that are refused, and what is said of them."""

import pytest
from render import HELMS, refusal
from values_sets import GATEWAY, TLS

ONE_SCALED = {"nodes": {"a": {"autoscaling": {"enabled": True}}}}


@pytest.mark.parametrize("by", HELMS)
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"replcas": 3}, "at '': additional properties 'replcas' not allowed"),
        ({"nodes": {"c": {}}}, "at '/nodes': additional properties 'c' not allowed"),
        ({"nodes": {"a": {"replicas": -1}}}, "at '/nodes/a/replicas': minimum: got -1, want 0"),
        ({"nodes": {"a": {"autoscaling": {"metrics": []}}}}, "at '/nodes/a/autoscaling/metrics': minItems: got 0"),
        ({"nodes": {"b": {"serviceDomain": "http://x"}}}, "at '/nodes/b/serviceDomain': 'http://x' does not match"),
        ({"service": {"ipFamilies": ["IPv5"]}}, "at '/service/ipFamilies/0': value must be one of 'IPv4', 'IPv6'"),
        ({"backup": {"schedule": "daily"}}, "at '/backup/schedule': 'daily' does not match"),
        ({"backup": {"keep": 0}}, "at '/backup/keep': minimum: got 0, want 1"),
        (
            {"backup": {"upload": {"image": "x"}}},
            "at '/backup/upload': properties 'command' required, if 'image' exists",
        ),
        ({"backup": {"upload": {"name": "x"}}}, "at '/backup/upload/name': false schema"),
        (
            {"nodes": {"a": {"service": {"nodePorts": {"htttp": 1}}}}},
            "at '/nodes/a/service/nodePorts': additional properties 'htttp' not allowed",
        ),
        ({"nodes": {"b": {"pod": {"probes": {"startup": {"period": 1}}}}}}, "at '/nodes/b/pod/probes/startup'"),
        ({"storage": {"mode": "local"}}, "at '/storage/mode': value must be one of 'local-path', 'existing'"),
        ({"storage": {"size": "1GB"}}, "at '/storage/size': '1GB' does not match"),
        ({"pod": {"extraEnv": {"POD_NAME": "x"}}}, "at '/pod/extraEnv/POD_NAME': false schema"),
        ({"pod": {"extraEnv": {"X": 1}}}, "at '/pod/extraEnv/X'"),
        ({"pod": {"labels": {"app.kubernetes.io/name": "x"}}}, "at '/pod/labels/app.kubernetes.io~1name': false"),
        ({"tls": {"mode": False}}, "at '/tls/mode': value must be one of 'disable', 'permissive', 'strict'"),
        ({"pod": {"extraEnv": {"TLS_MODE": "strict"}}}, "at '/pod/extraEnv/TLS_MODE': false schema"),
        ({"tls": {"certManager": {"issuer": "x"}}}, "at '/tls/certManager': additional properties 'issuer'"),
        ({"allowedOrigins": ["example.org"]}, "at '/allowedOrigins/0': 'example.org' does not match"),
        ({"image": {"tag": 1}}, "at '/image/tag': got number, want string"),
        ({"image": {"registry": "https://example.org"}}, "at '/image/registry': 'https://example.org' does not match"),
        ({"image": {"registry": "example.org/"}}, "at '/image/registry': 'example.org/' does not match"),
        ({"image": {"registry": "ghcr.io/Owner"}}, "at '/image/registry': 'ghcr.io/Owner' does not match"),
        ({"global": {"imageRegistry": "a b"}}, "at '/global/imageRegistry': 'a b' does not match"),
        ({"pod": {"extraEnv": {"ADMIN_PORT": "1"}}}, "at '/pod/extraEnv/ADMIN_PORT': false schema"),
        ({"nodes": {"a": {"service": {"nodePorts": {"ws": 80}}}}}, "at '/nodes/a/service/nodePorts/ws': minimum: got"),
        ({"nodes": {"b": {"service": {"nodePorts": {"ws": 32768}}}}}, "nodePorts/ws': maximum: got 32,768"),
        ({"ingress": {"host": "x.*.example.org"}}, "at '/ingress/host'"),
        ({"ingress": {"host": "Example.org"}}, "at '/ingress/host'"),
        ({"httpRoute": {"hostnames": ["*"]}}, "at '/httpRoute/hostnames/0': '*' does not match"),
        ({"storage": {"size": "0Gi"}}, "at '/storage/size': 'not' failed"),
        ({"storage": {"size": "1m"}}, "at '/storage/size': '1m' does not match"),
        ({"pod": {"resources": {"limits": {"memory": "1GB"}}}}, "at '/pod/resources/limits/memory': '1GB' does not"),
        ({"pod": {"tmpSize": "1GB"}}, "at '/pod/tmpSize'"),
        ({"pod": {"extraVolumes": [{"name": "tmp", "emptyDir": {}}]}}, "at '/pod/extraVolumes/0/name': 'not' failed"),
        ({"pod": {"extraContainers": [{"name": "x"}]}}, "at '/pod/extraContainers/0': missing property 'image'"),
        ({"commonLabels": {"helm.sh/chart": "x"}}, "at '/commonLabels/helm.sh~1chart': false schema"),
        (
            {"statefulSet": {"updateStrategy": {"type": "Recreate"}}},
            "at '/statefulSet/updateStrategy/type': value must",
        ),
        ({"console": {"token": {"key": "x"}}}, "at '/console/token': additional properties 'key' not allowed"),
        ({"pod": {"extraEnv": {"RUN_TOKEN_FILE": "x"}}}, "at '/pod/extraEnv/RUN_TOKEN_FILE': false schema"),
        (
            {"nodes": {"a": {"service": {"loadBalancerSourceRanges": ["192.0.2.1"]}}}},
            "loadBalancerSourceRanges/0': '192.0.2.1' does not match",
        ),
        ({"nodes": {"a": {"service": {"externalTrafficPolicy": "local"}}}}, "externalTrafficPolicy': value must be"),
        ({"image": {"pullSecrets": [{"nam": "x"}]}}, "at '/image/pullSecrets/0"),
        ({"storage": {"staticPV": {"path": "/a b"}}}, "at '/storage/staticPV/path': '/a b' does not match"),
        ({"tracing": {"endpoint": "collector:4317"}}, "at '/tracing/endpoint': 'collector:4317' does not match"),
        ({"tracing": {"sampleRatio": 10}}, "at '/tracing/sampleRatio': maximum: got 10, want 1"),
        ({"pod": {"extraEnv": {"OTEL_TRACES_SAMPLER_ARG": "1"}}}, "OTEL_TRACES_SAMPLER_ARG': false schema"),
    ],
    ids=str,
)
def test_the_schema_says_where(values: object, said: str, by: str) -> None:
    assert said in refusal(values, by=by)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"cookie": {"value": "short"}},
            "has a cookie of 5 bytes, a cookie needs at least 32: openssl rand -hex 32",
        ),
        ({"cookie": {"value": "c" * 31 + " "}}, "cookie.value has a cookie of 31 bytes"),
        ({"cookie": {"value": "c" * 32 + "\n" + "d" * 31}}, "cookie.value has a cookie of 31 bytes"),
        ({"cookie": {"value": "c" * 32, "existingSecret": "x"}}, "cookie.value and cookie.existingSecret are both set"),
        ({"storage": {"mode": "static-pv"}}, "storage.staticPV.machines must list machines: kubectl get nodes"),
        (
            {"storage": {"mode": "static-pv", "staticPV": {"machines": ["x", "y"]}}, "nodes": {"a": {"replicas": 2}}},
            "machines has 2 entries, but kind b may have 3 nodes: add 1 at the end; a machine may be there more",
        ),
        (
            {"storage": {"mode": "static-pv", "staticPV": {"machines": ["x"]}, "className": ""}, **ONE_SCALED},
            "machines has 1 entries, but kind a may have 6 nodes: add 5",
        ),
        ({"storage": {"className": "local-path"}}, "set storage.mode=existing to use that one"),
        (
            {"backup": {"enabled": True}},
            "backup.claim must name a claim (PVC) for the backups: docs/backup.md shows one",
        ),
        ({"nodes": {"b": {"enabled": False}}}, "nodes.b.serviceDomain must say where it answers"),
        ({"nodes": {"b": {"enabled": False, "serviceDomain": "x"}}}, "must share one cookie: create the same Secret"),
        ({"nodes": {"a": {"enabled": False}, "b": {"enabled": False}}}, "are both false: a release has one of them"),
        (
            {
                "nodes": {"a": {"enabled": False, "serviceDomain": "x"}},
                "cookie": {"existingSecret": "x"},
                "ingress": {"enabled": True, "host": "x"},
            },
            "it leads to kind a and nodes.a.enabled is false: enable it where kind a is",
        ),
        ({"nodes": {"a": {"autoscaling": {"enabled": True, "minReplicas": 9}}}}, "minReplicas is more than its max"),
        ({"tls": {"mode": "strict", "existingSecrets": {"a": "x"}}}, "set tls.existingSecrets.b, or"),
        ({"tls": {"mode": "permissive", "certManager": {"enabled": True}}}, "tls.certManager.issuerRef must name an"),
        ({"tls": TLS, "grpcRoute": GATEWAY}, "let TLS pass through it, by a TLSRoute to port 50052"),
        ({"ingress": {"enabled": True}}, "set ingress.host"),
        (
            {"drainSeconds": 60, "nodes": {"b": {"pod": {"terminationGracePeriodSeconds": 79}}}},
            "pod.terminationGracePeriodSeconds of kind b is 79, but drainSeconds is 60 and a node then needs",
        ),
        ({"serviceMonitor": {"enabled": True}, "podMonitor": {"enabled": True}}, "which counts each node twice"),
        ({"grpcRoute": {"enabled": True}}, "grpcRoute.parentRefs must name a Gateway"),
        (
            {"tracing": {"endpoint": "http://x:4317"}, "networkPolicy": {"enabled": True}},
            "add the way to the collector to networkPolicy.extraEgress",
        ),
        (
            {"nodes": {"b": {"service": {"type": "NodePort", "nodePorts": {"http": 30080}}}}},
            "nodes.a.service.nodePorts.http and nodes.b.service.nodePorts.http are both 30080",
        ),
    ],
    ids=str,
)
def test_guards_say_the_mend(values: object, said: str) -> None:
    assert said in refusal(values)


@pytest.mark.parametrize(("release", "namespace"), [("1st", "default")])
def test_names_no_service_can_have(release: str, namespace: str) -> None:
    assert "set fullnameOverride" in refusal(None, release=release, namespace=namespace)
