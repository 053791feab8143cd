import { z } from "zod";

/** Node's timers fire at once when asked to wait longer than this. */
const longestTimerMs = 2 ** 31 - 1;
const milliseconds = z.int().min(1).max(longestTimerMs);
const seconds = z
  .number()
  .min(0)
  .max(Math.floor(longestTimerMs / 1000));
const count = z.int().min(1);

/** A part of the file that may be left out, also by leaving nothing but comments under its name. */
function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess((given) => given ?? {}, z.strictObject(shape).readonly());
}

const apiKey = z.strictObject({
  name: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, "must be the 64 hexadecimal digits of a SHA-256"),
  scopes: z.array(z.enum(["read", "write", "raw"])).min(1),
  backends: z.array(z.string().min(1)).min(1),
});

const jwt = z.strictObject({
  issuer: z.url(),
  audience: z.string().min(1),
  jwksUri: z.url({ protocol: /^https?$/ }),
  scopesClaim: z.string().min(1).default("scope"),
  backendsClaim: z.string().min(1).default("backends"),
});

/** Everything but the backends' own sections; defaults as in the contract, except where `notYet` says that a key has no effect. */
export const gatewaySchema = z.strictObject({
  server: section({
    host: z.string().min(1).default("127.0.0.1"),
    /** 0 = any free port. */
    port: z.int().min(0).max(65_535).default(4000),
    workers: count.default(1),
    graphiql: z.boolean().default(true),
    debug: z.boolean().default(false),
    introspection: z.boolean().default(true),
    cors: z.array(z.string().refine(isOrigin, "must be an origin such as https://app.example.com")).default([]),
    shutdownGraceMs: z.int().min(0).max(longestTimerMs).default(10_000),
  }),
  auth: section({
    mode: z.enum(["none", "apiKeys", "jwt"]).default("none"),
    apiKeys: z.array(apiKey).optional(),
    jwt: jwt.optional(),
  }),
  limits: section({
    maxDepth: count.optional(),
    maxComplexity: count.optional(),
    maxTokens: count.optional(),
    maxAliases: count.optional(),
    maxPageSize: count.default(200),
    maxBackendCalls: count.default(500),
    maxBodyBytes: count.default(1_048_576),
    /** 0 = off. */
    requestsPerMinute: z.int().min(0).default(0),
    trustedDocuments: z.enum(["off", "allow", "require"]).default("off"),
    requestTimeoutMs: milliseconds.default(30_000),
  }),
  store: section({
    url: z
      .string()
      .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, "must be sqlite:PATH, sqlite::memory: or postgres://…")
      .default("sqlite:./data/gateway.db"),
    retentionHours: z.number().positive().default(720),
  }),
  operations: section({
    settleSeconds: seconds.default(60),
    reconcileSeconds: z.array(seconds.positive()).min(1).default([2, 10, 60, 600, 3_600, 86_400]),
  }),
  telemetry: section({
    logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    metrics: z.boolean().default(false),
    otlpEndpoint: z.union([z.literal(""), z.url({ protocol: /^https?$/ })], "must be an http or https address").default(""),
  }),
  backends: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/i), z.unknown(), {
      error: ({ code }) => (code === "invalid_key" ? "must start with a letter and go on with letters, digits and -" : undefined),
    })
    .refine((backends) => Object.keys(backends).length > 0, "must name at least one backend"),
});

/**
 * What the contract has and this version lacks: refused by name, never ignored. Whoever implements one deletes its row and gives
 * the key the contract's default above (maxDepth 12, maxComplexity 5000, maxTokens 2000, maxAliases 30, requestsPerMinute 600,
 * metrics true). "*" stands for every key.
 */
export const notYet: readonly {
  readonly path: string;
  readonly allows: (value: unknown) => boolean;
  readonly message: string;
}[] = [
  { path: "server.workers", allows: is(1), message: "more than one worker is not available yet; only 1 is" },
  { path: "auth.mode", allows: is("none"), message: "apiKeys and jwt are not available yet; only none is" },
  { path: "auth.apiKeys", allows: nothing, message: "API keys are not available yet; leave it out" },
  { path: "auth.jwt", allows: nothing, message: "JSON Web Tokens are not available yet; leave it out" },
  { path: "limits.maxDepth", allows: nothing, message: "is not enforced yet; leave it out" },
  { path: "limits.maxComplexity", allows: nothing, message: "is not enforced yet; leave it out" },
  { path: "limits.maxTokens", allows: nothing, message: "is not enforced yet; leave it out" },
  { path: "limits.maxAliases", allows: nothing, message: "is not enforced yet; leave it out" },
  { path: "limits.requestsPerMinute", allows: is(0), message: "is not enforced yet; only 0 (off) is available" },
  { path: "limits.trustedDocuments", allows: is("off"), message: "allow and require are not available yet; only off is" },
  { path: "telemetry.metrics", allows: is(false), message: "metrics are not available yet; only false is" },
  { path: "telemetry.otlpEndpoint", allows: is(""), message: "sending telemetry is not available yet; leave it empty" },
  { path: "backends.*.cacheSeconds", allows: is(0), message: "caching is not available yet; only 0 (off) is" },
];

function nothing(): boolean {
  return false;
}

function is(...values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value);
}

/** As browsers write it in the Origin header: scheme, host and port, nothing behind them. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
