FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install --yes --no-install-recommends redis-server \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner redis /data
USER redis
WORKDIR /data
VOLUME /data
# The password comes from a file and never stands on a command line. Redis itself is the first process: a shell would
# keep the signal to stop from it.
CMD ["sh", "-c", "exec redis-server - <<END\n$(cat /etc/redis/collector.conf)\nrequirepass $(cat /run/secrets/collector_redis_password)\nEND"]
COPY docker/redis.conf /etc/redis/collector.conf
HEALTHCHECK --interval=5s --timeout=3s --retries=12 \
  CMD REDISCLI_AUTH="$(cat /run/secrets/collector_redis_password)" redis-cli ping | grep -q PONG
