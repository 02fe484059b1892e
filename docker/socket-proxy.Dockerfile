FROM python:3.11-slim-bookworm
COPY docker/socket_proxy.py /usr/local/bin/socket_proxy.py
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
CMD ["python", "/usr/local/bin/socket_proxy.py"]
