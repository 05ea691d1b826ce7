FROM erlang-docker-b
COPY chat /app/chat
ENTRYPOINT ["python", "-m", "chat.b"]
