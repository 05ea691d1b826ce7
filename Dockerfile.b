# The image of node b; that of the other node is the same but for the name.
# Releases are built on one digest of it, that of .github/base/Dockerfile.
ARG BASE=python:3.13-slim

FROM $BASE AS build
WORKDIR /app
RUN python3 -m venv --without-pip venv
# With OpenTelemetry, which a node loads only if it is told of a collector.
COPY requirements-otel.txt requirements.txt
RUN pip --python venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY services/otp otp
COPY services/erlang_docker erlang_docker
COPY services/node_b node_b
# The root file system is read-only later: what Python would write there is written now. The sources never change, so
# it need not look whether they did.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash otp erlang_docker node_b && \
    printf '#!/bin/sh\nexec python -m erlang_docker.cli "$@"\n' > venv/bin/erlang-docker && \
    chmod 755 venv/bin/erlang-docker

FROM $BASE
ARG BASE
LABEL org.opencontainers.image.title="erlang-docker-b" \
      org.opencontainers.image.description="A node of kind b of erlang_docker" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="$BASE"
# The base image comes without the standard library's compiled modules: each start would compile 190 of them anew, which
# takes longer than all the rest of it.
RUN python3 -m compileall -q -x '/(idlelib|site-packages)/' \
    "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=build /app /app
ENV PATH=/app/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
# A number, so that the kubelet can see that it is not root.
USER 10001:10001
EXPOSE 8080 9090 50051 50052 8081
ENTRYPOINT ["python", "-m", "node_b"]
