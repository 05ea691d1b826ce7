FROM erlang-docker-b
USER 0
COPY thumbnails/requirements.txt /tmp
RUN pip --python /app/venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes \
    -r /tmp/requirements.txt
USER 10001:10001
COPY thumbnails /app/thumbnails
ENTRYPOINT ["python", "-m", "thumbnails.b"]
