# The service as an image: `docker build --build-arg COMMIT="$(git rev-parse HEAD)" -t evovoice .`
# LOCK=requirements-extras.txt brings what single sign-on, Sentry and OpenTelemetry need as well.
# Its Python is that of .python-version, with which everything is tested.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ARG LOCK=requirements.txt
RUN ["python", "-m", "venv", "/opt/venv"]
COPY ${LOCK} /opt/lock.txt
RUN ["/opt/venv/bin/python", "-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", \
  "--only-binary=:all:", "--no-deps", "--require-hashes", "-r", "/opt/lock.txt"]
RUN ["/opt/venv/bin/python", "-m", "pip", "--disable-pip-version-check", "check"]
WORKDIR /srv/evovoice
COPY evovoice ./evovoice
COPY twiml_templates ./twiml_templates
# There is no npm here: `--build-arg EVOVOICE_SDK_URL=…` says where the softphone's library is,
# unless it was fetched before and came with the copy. Its hash is in our lock.
ARG EVOVOICE_SDK_URL=
RUN ["/opt/venv/bin/python", "-m", "evovoice.web.console.fetch_sdk"]
RUN ["/opt/venv/bin/python", "-m", "compileall", "-q", "evovoice"]

FROM python:${PYTHON}-slim
ARG COMMIT=
LABEL org.opencontainers.image.title="evovoice" \
  org.opencontainers.image.description="Turns a live Twilio call into a conference" \
  org.opencontainers.image.revision="${COMMIT}"
ENV PATH="/opt/venv/bin:${PATH}" \
  PYTHONUNBUFFERED=1 \
  PYTHONDONTWRITEBYTECODE=1 \
  EVOVOICE_COMMIT="${COMMIT}" \
  PORT=8000
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/evovoice /srv/evovoice
WORKDIR /srv/evovoice
# A number, so that a platform sees without a list of users that it is not root's.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Alive, not ready: where the database is away a restart helps nobody.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
  "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/livez', timeout=4)"]
# The program's own commands: `docker run evovoice db upgrade`. `serve` becomes gunicorn, which is
# then process 1 and hears SIGTERM itself.
ENTRYPOINT ["python", "-m", "evovoice"]
CMD ["serve"]
