"""A registry on this machine, the real one that scripts/chart-tools.sh builds, and what a client of it does."""

import hashlib
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from render import ROOT

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Registry:
    """A folder with its files, and the address it listens on."""

    world: Path
    address: str

    @classmethod
    def make(cls, world: Path, port: int) -> "Registry":
        """Not started yet."""
        address = f"127.0.0.1:{port}"
        # With the cache that the registry's image has.
        storage = {
            "filesystem": {"rootdirectory": str(world / "files")},
            "delete": {"enabled": True},
            "cache": {"blobdescriptor": "inmemory"},
        }
        config = {"version": "0.1", "http": {"addr": address}, "storage": storage}
        (world / "config.yml").write_text(json.dumps(config))
        return cls(world, address)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command where `docker` and `kubectl` are stand-ins, and `docker` knows this registry."""
        path = f"{Path(__file__).parent / 'stand-ins'}:{ROOT / '.tools' / 'registry'}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "WORLD": str(self.world)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    def start(self) -> None:
        """Until it answers."""
        self.run("docker", "start", "registry")
        self.wait()

    def stop(self) -> None:
        self.run("docker", "stop", "registry")

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ask("GET", "")
                return
            except urllib.error.URLError:
                assert time.monotonic() < deadline, (self.world / "log").read_text()
                time.sleep(0.1)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[str, bytes]:
        """The answer's Location, and its body."""
        url = path if path.startswith("http") else f"http://{self.address}/v2/{path}"
        request = urllib.request.Request(url, body, {k.replace("_", "-"): v for k, v in headers.items()}, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.headers.get("Location", ""), answer.read()

    def has(self, path: str) -> bool:
        try:
            self.ask("HEAD", path, Accept=MANIFEST)
        except urllib.error.HTTPError:
            return False
        return True

    def tags(self, repository: str) -> set[str]:
        listed = json.loads(self.ask("GET", f"{repository}/tags/list")[1])
        return set(listed["tags"] or ())

    def push(self, repository: str, tag: str, *layers: bytes) -> None:
        """As Docker does: only blobs that the registry says it has not."""
        config = json.dumps({"layers": [digest(layer) for layer in layers]}).encode()
        for blob in (config, *layers):
            if not self.has(f"{repository}/blobs/{digest(blob)}"):
                place, _ = self.ask("POST", f"{repository}/blobs/uploads/", b"")
                mark = "&" if "?" in place else "?"
                self.ask("PUT", f"{place}{mark}digest={digest(blob)}", blob, Content_Type="application/octet-stream")
        described = [{"mediaType": MANIFEST, "digest": digest(blob), "size": len(blob)} for blob in (config, *layers)]
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described[0], "layers": described[1:]}
        self.ask("PUT", f"{repository}/manifests/{tag}", json.dumps(manifest).encode(), Content_Type=MANIFEST)

    def can_pull(self, repository: str, tag: str) -> bool:
        """Manifest and all its blobs can be read; that the registry has them (HEAD) it may only remember."""
        try:
            manifest = json.loads(self.ask("GET", f"{repository}/manifests/{tag}", Accept=MANIFEST)[1])
            for blob in (manifest["config"], *manifest["layers"]):
                self.ask("GET", f"{repository}/blobs/{blob['digest']}")
        except urllib.error.HTTPError:
            return False
        return True

    def on_disk(self, blob: bytes) -> bool:
        return any((self.world / "files").glob(f"**/blobs/sha256/*/{digest(blob).removeprefix('sha256:')}/data"))


def digest(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"
