# The service as an unprivileged user. Python is the only language of programs in it; see the stage `service` for others.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /srv
RUN python -m venv /srv/venv
COPY requirements.lock .
RUN /srv/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && /srv/venv/bin/pip uninstall --yes --quiet setuptools pip \
    && find /srv/venv -type d -name tests -prune -exec rm -rf {} +

FROM python:3.11-slim-bookworm AS service
# Another language is another package here: nodejs, g++, default-jdk-headless, golang, rustc.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --no-create-home --home-dir /srv --shell /usr/sbin/nologin truegold
WORKDIR /srv
COPY --from=packages /srv/venv /srv/venv
COPY app app
COPY verifiers verifiers
COPY sandbox sandbox
# The root file system is read-only when the service runs, so what Python would write on first import is written now.
RUN /srv/venv/bin/python -m compileall -q app verifiers sandbox
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 TRUEGOLD_HOST=0.0.0.0 TRUEGOLD_PORT=8000
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['TRUEGOLD_PORT'] + '/readyz', timeout=4)"]
CMD ["python", "-m", "app", "serve"]
