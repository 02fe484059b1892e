# API, dashboard and worker in one image; the command decides which one a container is.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/app/.venv/bin:$PATH
RUN python -m venv .venv
COPY pyproject.toml requirements.lock README.md LICENSE ./
# Packages change seldom and code often: with stand-ins for the code they stay in a layer of their own.
RUN mkdir -p collector bots && touch collector/__init__.py bots/__init__.py \
 && pip install --constraint requirements.lock .
COPY bots/agent/package.json bots/agent/package-lock.json bots/agent/
RUN npm --prefix bots/agent ci --omit=dev --no-progress --loglevel=error && rm -rf /root/.npm
COPY bots bots
COPY collector collector
RUN pip install --no-deps --editable .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin collector \
 && install --directory --owner collector /scratch
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    COLLECTOR_WORK=/scratch/tasks XDG_CACHE_HOME=/scratch/cache
USER collector
WORKDIR /scratch
VOLUME /scratch
ENTRYPOINT ["collector"]
CMD ["--help"]
