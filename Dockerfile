# The service as an unprivileged user, with the toolchains of all languages that programs may be written in.
# `--target slim` leaves them out: Python alone is then served, and another language answers `unavailable`.
# `--build-arg PACKAGES=requirements-otel.lock` adds what sends traces to a collector.
FROM python:3.11-slim-bookworm AS packages
ARG PACKAGES=requirements.lock
WORKDIR /srv
RUN python -m venv /srv/venv
COPY ${PACKAGES} packages.lock
RUN /srv/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r packages.lock \
    && /srv/venv/bin/pip uninstall --yes --quiet setuptools pip \
    && find /srv/venv -type d -name tests -prune -exec rm -rf {} +

FROM python:3.11-slim-bookworm AS base
RUN apt-get update \
    && apt-get install -y --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --no-create-home --home-dir /srv --shell /usr/sbin/nologin truegold
WORKDIR /srv
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 TRUEGOLD_HOST=0.0.0.0 TRUEGOLD_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['TRUEGOLD_PORT'] + '/readyz', timeout=4)"]
CMD ["python", "-m", "app", "serve"]

# A language is a package here, and a file in sandbox/languages. The folder is one that the JDK's scripts expect.
# They stand before our own code, so that a change of it installs nothing anew.
FROM base AS toolchains
RUN mkdir -p /usr/share/man/man1 \
    && apt-get update \
    && apt-get install -y --no-install-recommends \
        gcc g++ libc6-dev nodejs node-typescript default-jdk-headless golang-go rustc bash bc gawk \
    && rm -rf /var/lib/apt/lists/*

FROM base AS slim
COPY --from=packages /srv/venv /srv/venv
COPY app app
COPY verifiers verifiers
COPY sandbox sandbox
# The root file system is read-only when the service runs, so what Python would write on first import is written now.
RUN /srv/venv/bin/python -m compileall -q app verifiers sandbox
USER 1000:1000

FROM toolchains AS service
COPY --from=slim /srv /srv
# bits/stdc++.h, once for all programs; without this the first of them waits for it.
RUN python -m sandbox.headers
USER 1000:1000
