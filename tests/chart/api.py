"""As much of an API server as Helm's `lookup` asks for."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from render import Object, render

PLACE = {"release": "games", "namespace": "play"}
OWNED = {"meta.helm.sh/release-name": PLACE["release"], "meta.helm.sh/release-namespace": PLACE["namespace"]}
RESOURCES = {
    "/api/v1": {"secrets": "Secret", "persistentvolumes": "PersistentVolume"},
    "/apis/apps/v1": {"statefulsets": "StatefulSet"},
    "/apis/storage.k8s.io/v1": {"storageclasses": "StorageClass"},
}
PATH = re.compile(
    "(?P<group>/api/v1|/apis/[^/]+/v1)(?:/namespaces/(?P<namespace>[^/]+))?/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?"
)
OF_THE_CLUSTER = ("PersistentVolume", "StorageClass")
DISCOVERY: dict[str, Object] = {
    "/version": {"major": "1", "minor": "35", "gitVersion": "v1.35.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [
            {"name": name, "versions": [version], "preferredVersion": version}
            for name in ("apps", "storage.k8s.io")
            for version in [{"groupVersion": f"{name}/v1", "version": "v1"}]
        ],
    },
    **{
        path: {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": path.removeprefix("/apis/").removeprefix("/api/"),
            "resources": [
                {"name": plural, "kind": kind, "namespaced": kind not in OF_THE_CLUSTER, "verbs": ["get", "list"]}
                for plural, kind in kinds.items()
            ],
        }
        for path, kinds in RESOURCES.items()
    },
}
MISSING = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}


def answer(objects: list[Object], path: str) -> Object:
    """What is at a path: what the server can do, a list of objects, or one of them."""
    if path in DISCOVERY:
        return DISCOVERY[path]
    where = PATH.fullmatch(path)
    kind = where and RESOURCES.get(where["group"], {}).get(where["plural"])
    if where is None or kind is None:
        return MISSING
    found = [
        item for item in objects if item["kind"] == kind and item["metadata"].get("namespace") == where["namespace"]
    ]
    if where["name"] is None:
        version = DISCOVERY[where["group"]]["groupVersion"]
        return {"kind": f"{kind}List", "apiVersion": version, "metadata": {}, "items": found}
    return next((item for item in found if item["metadata"]["name"] == where["name"]), MISSING)


@contextmanager
def api_server(objects: list[Object]) -> Iterator[str]:
    """The address of one that has these objects."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = answer(objects, self.path.partition("?")[0])
            body = json.dumps(said).encode()
            self.send_response(404 if said is MISSING else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def installed(values: object) -> list[Object]:
    """What Helm has put into the cluster, marked as it marks it."""
    objects = render(values, **PLACE)
    for item in objects:
        item["metadata"].setdefault("annotations", {}).update(OWNED)
    return objects
