# syntax=docker/dockerfile:1

# Everything that building needs, and nobody runs.
FROM node:26.10.0-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No package's own scripts: nothing of the build needs them.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# The program holds the packages that it needs, but for the optional ones, with which it sends traces. Without what is for development,
# npm installs all peers that are not said to be optional, in the versions of the lock file.
FROM node:26.10.0-trixie-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm pkg delete devDependencies peerDependenciesMeta
RUN npm install --ignore-scripts --no-audit --no-fund

FROM node:26.10.0-trixie-slim
LABEL org.opencontainers.image.title="billing-gateway" \
      org.opencontainers.image.description="One GraphQL API over Enswitch, HostedSuite and v01 billing backends" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    PORT=4000 \
    BILLING_GATEWAY_CONFIG=/etc/billing-gateway/gateway.yaml
# The only place that is written to, and only with SQLite (store.url: sqlite:/data/gateway.db).
RUN install --directory --owner=1000 --group=1000 --mode=0700 /data
WORKDIR /app
# The files belong to root: the gateway cannot change itself.
COPY --chown=0:0 package.json LICENSE THIRD-PARTY-LICENCES.md ./
COPY --chown=0:0 schema ./schema
COPY --chown=0:0 --from=packages /packages/node_modules ./node_modules
COPY --chown=0:0 --from=build /build/dist ./dist
VOLUME /data
# By number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 1000:1000
EXPOSE 4000
STOPSIGNAL SIGTERM
# The image has no curl. Whether it is alive; whether it can serve is /ready, for those who send it requests.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "dist/main.js"]
