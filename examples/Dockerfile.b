FROM erlang-docker-b
COPY shop /app/shop
ENTRYPOINT ["python", "-m", "shop.b"]
