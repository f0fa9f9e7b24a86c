# The application alone: docker-compose.yml puts PostgreSQL, a worker and a TLS proxy beside it.
FROM node:24-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.13-slim AS build
WORKDIR /srv/rejoinder
RUN python -m venv /srv/venv
COPY requirements/app.txt requirements/build.txt requirements/
RUN /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements/app.txt \
 && /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY . .
COPY --from=front-end /build/node_modules node_modules
RUN python scripts/vendor_front_end.py \
 && rm -r node_modules \
 && /srv/venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps --editable . \
 && /srv/venv/bin/python -m compileall -q app

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home rejoinder \
 && install --directory --owner=rejoinder --mode=0700 /data
COPY --from=build /srv /srv
WORKDIR /srv/rejoinder
USER rejoinder
# The health check below asks under this name, which the site must answer to.
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000 \
    REJOINDER_DATA=/data \
    REJOINDER_EXTRA_HOSTS='["127.0.0.1:8000"]'
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["rejoinder", "serve", "--host", "0.0.0.0"]
