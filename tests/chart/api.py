"""As much of an API server as Helm's `lookup` asks for."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from render import Object

RESOURCES = {"/api/v1": ("v1", "secrets", "Secret"), "/apis/apps/v1": ("apps/v1", "statefulsets", "StatefulSet")}
VERSION = {"groupVersion": "apps/v1", "version": "v1"}
DISCOVERY: dict[str, Object] = {
    "/version": {"major": "1", "minor": "35", "gitVersion": "v1.35.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [{"name": "apps", "versions": [VERSION], "preferredVersion": VERSION}],
    },
    **{
        path: {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": version,
            "resources": [{"name": plural, "kind": kind, "namespaced": True, "verbs": ["get", "list"]}],
        }
        for path, (version, plural, kind) in RESOURCES.items()
    },
}
MISSING = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}


def answer(objects: list[Object], path: str) -> Object:
    """What is at a path: what the server can do, a list of objects, or one of them."""
    if path in DISCOVERY:
        return DISCOVERY[path]
    group, _, rest = path.partition("/namespaces/")
    if group not in RESOURCES:
        return MISSING
    namespace, _, name = rest.partition("/")
    name = name.partition("/")[2]
    version, _, kind = RESOURCES[group]
    found = [item for item in objects if item["kind"] == kind and item["metadata"]["namespace"] == namespace]
    if not name:
        return {"kind": f"{kind}List", "apiVersion": version, "metadata": {}, "items": found}
    return next((item for item in found if item["metadata"]["name"] == name), MISSING)


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
