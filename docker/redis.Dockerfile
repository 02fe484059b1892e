FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install --yes --no-install-recommends redis-server \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner redis /data
USER redis
WORKDIR /data
VOLUME /data
# The password comes from a file and never stands on a command line.
CMD ["sh", "-c", "{ cat /etc/redis/collector.conf; printf 'requirepass %s\\n' \"$(cat /run/secrets/collector_redis_password)\"; } | exec redis-server -"]
COPY docker/redis.conf /etc/redis/collector.conf
HEALTHCHECK --interval=5s --timeout=3s --retries=12 \
  CMD REDISCLI_AUTH="$(cat /run/secrets/collector_redis_password)" redis-cli ping | grep -q PONG
