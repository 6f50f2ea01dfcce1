# The stub in a container: `docker compose up --build --wait`, or see docs/containers.md.
#
# The tag gets Debian's and Python's corrections. For the same bytes every time give a digest:
#   docker build --build-arg PYTHON=python:3.11-slim-bookworm@sha256:.. -t rulebound .
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# What others made comes first and stays in a layer of its own: wheels only, each by its hash.
COPY requirements-build.lock requirements-run.lock ./
RUN pip install --require-hashes --only-binary :all: -r requirements-build.lock
RUN python -m venv --without-pip /opt/rulebound \
 && pip --python /opt/rulebound/bin/python install --require-hashes --only-binary :all: -r requirements-run.lock
COPY pyproject.toml README.md cli.py stub_thread.py ./
COPY openapi openapi/
COPY fixtures fixtures/
COPY mock_server mock_server/
COPY contract_tests contract_tests/
RUN pip wheel --no-index --no-deps --no-build-isolation --wheel-dir wheels . \
 && pip --python /opt/rulebound/bin/python install --no-index --no-deps wheels/*.whl

FROM ${PYTHON}
LABEL org.opencontainers.image.title="rulebound" \
      org.opencontainers.image.description="A stub that obeys an API's documentation, and the proof that it does"
COPY --from=build /opt/rulebound /opt/rulebound
# Beyond the container's own loopback, so that a published port arrives. Who comes that way may use
# the vendor's API; the control plane wants RULEBOUND_TOKEN besides.
ENV PATH=/opt/rulebound/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RULEBOUND_SERVE_HOST=0.0.0.0 \
    RULEBOUND_SERVE_PORT=8400
# No name is needed for this user, and nothing in the image belongs to it: it can write nowhere.
USER 10001:10001
WORKDIR /apis
EXPOSE 8400
# Ctrl-C: the stub then ends with 0.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import http.client, os; port = int(os.environ['RULEBOUND_SERVE_PORT']); line = http.client.HTTPConnection('127.0.0.1', port, timeout=4); line.request('GET', '/_rulebound/health'); raise SystemExit(line.getresponse().status != 200)"]
ENTRYPOINT ["rulebound"]
CMD ["serve"]
