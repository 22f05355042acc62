FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /app

# The image brings Node 24, so the optional packages that bring it elsewhere stay out.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force

COPY src ./src
COPY migrations ./migrations
COPY runbooks ./runbooks

# The database, the keys and the operator's token live in /app/data unless DATABASE_URL says else.
RUN mkdir data && chown node:node data && chmod 700 data
USER node
VOLUME /app/data

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 7330}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "src/launch.mjs", "serve"]
