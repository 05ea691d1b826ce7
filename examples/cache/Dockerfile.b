FROM erlang-docker-b
COPY cache /app/cache
ENTRYPOINT ["python", "-m", "cache.b"]
