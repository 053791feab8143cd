import { z } from "zod";
import { scopes } from "../model/caller.ts";
import { isNetwork, isOrigin, isTamperProof } from "./address.ts";

/** A Node timer with a longer delay fires at once. */
const longestTimerMs = 2 ** 31 - 1;
const milliseconds = z.int().min(1).max(longestTimerMs);
const seconds = z
  .number()
  .min(0)
  .max(Math.floor(longestTimerMs / 1000));
const count = z.int().min(1);
/** A text that is compared or looked up as it is: a line break at its end would only be found by what fails. */
const line = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\ufeff]*$/u, "must not have control characters, such as a line break at its end");
const amount = z
  .union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?$/, "must be an amount such as 10000")])
  .transform(String);

/** A section of the file that may be absent, or hold nothing but comments. */
function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess((given) => given ?? {}, z.strictObject(shape).readonly());
}

/** One of auth.apiKeys. */
export const apiKeySchema = z.strictObject({
  /** Shown in logs and with operations. */
  name: z
    .string()
    .regex(
      /^(?!\s)[^\p{Cc}\p{Cs}]{1,255}(?<!\s)$/u,
      "must have 1 to 255 characters, without control characters and surrounding spaces",
    ),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "must be the 64 hexadecimal digits of a SHA-256")
    .toLowerCase(),
  scopes: z.array(z.enum(scopes)).min(1),
  backends: z.array(z.string().min(1)).min(1),
});

const jwt = z.strictObject({
  issuer: z.url(),
  audience: line,
  jwksUri: z
    .url({ protocol: /^https?$/ })
    .refine(isTamperProof, "must be https: over http an attacker on the network could add a key"),
  scopesClaim: line.default("scope"),
  backendsClaim: line.default("backends"),
  /** How far the clocks of issuer and gateway may differ, in seconds. */
  clockSkewSeconds: seconds.default(5),
});

/** Everything but the backends' own sections. The defaults are those of the contract. */
export const gatewaySchema = z.strictObject({
  /** True: all mutations are refused. */
  readOnly: z.boolean().default(false),
  server: section({
    host: z
      .string()
      .regex(/^[\w.:%-]+$/, "must be an address or a host name")
      .default("127.0.0.1"),
    /** 0 = any free port. */
    port: z.int().min(0).max(65_535).default(4000),
    workers: count.default(1),
    graphiql: z.boolean().default(true),
    debug: z.boolean().default(false),
    introspection: z.boolean().default(true),
    /** Whether routers may use the gateway as a subgraph. */
    federation: z.boolean().default(true),
    cors: z.array(z.string().refine(isOrigin, "must be an origin such as https://app.example.com")).default([]),
    /** Proxies whose X-Forwarded-For is trusted. */
    trustedProxies: z.array(z.string().refine(isNetwork, "must be an IP address, or a network such as 10.0.0.0/8")).default([]),
    /** How long a connection stays open without a request: longer than proxies and balancers in front keep theirs open. */
    keepAliveSeconds: seconds.positive().default(75),
    /** Of callers, open at once in each process. */
    maxConnections: count.default(4_000),
    /** How long a process may take to start. */
    startSeconds: seconds.positive().default(120),
    shutdownGraceMs: z.int().min(0).max(longestTimerMs).default(10_000),
  }),
  auth: section({
    mode: z.enum(["none", "apiKeys", "jwt"]).default("none"),
    apiKeys: z.array(apiKeySchema).optional(),
    jwt: jwt.optional(),
    /** By caller (an API key's name, a token's subject) and backend: the one of the backend's `users` that its calls use. */
    users: z.record(z.string().min(1), z.record(z.string(), z.string().min(1))).default({}),
  }),
  limits: section({
    maxDepth: count.default(12),
    maxComplexity: count.default(5_000),
    maxTokens: count.default(2_000),
    /** Aliases, and repeated fields. */
    maxAliases: count.default(30),
    maxDirectives: count.default(50),
    maxPageSize: count.default(200),
    maxBackendCalls: count.default(500),
    maxBodyBytes: count.default(1_048_576),
    /** 0 = off. */
    requestsPerMinute: z.int().min(0).default(600),
    /** Event streams that a caller may have open at once, in each process. */
    maxStreams: count.default(100),
    trustedDocuments: z.enum(["off", "allow", "require"]).default("off"),
    requestTimeoutMs: milliseconds.default(30_000),
  }),
  store: section({
    url: z
      .string()
      .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, "must be sqlite:PATH, sqlite::memory: or postgres://…")
      .default("sqlite:./data/gateway.db"),
    retentionHours: z.number().positive().max(876_000).default(720),
    markFile: line.optional(),
  }),
  operations: section({
    settleSeconds: seconds.default(60),
    /** How long a process may be silent before others take over its operations. gateway/composition.ts derives other times from it. */
    leaseSeconds: z.number().min(1).max(600).default(12),
    reconcileSeconds: z.array(seconds.positive()).min(1).default([2, 10, 60, 600, 3_600, 86_400]),
  }),
  directory: section({
    /** The greatest age of a backend's records; 0 = no directory. Fractions are for tests and impatient developers. */
    refreshMinutes: z
      .number()
      .min(0)
      .max(Math.floor(longestTimerMs / 60_000))
      .default(15),
    /** Whether charges are kept as well: most backends need a call per customer for that. */
    charges: z.boolean().default(true),
  }),
  runs: section({
    /** By backend: the member of a customer by which files refer to it; "raw.…" leads into the backend's own record. */
    references: z
      .record(
        z.string(),
        z
          .string()
          .regex(/^(reference|backendId|email|name|raw(\.[^.]+)+)$/, "must be reference, backendId, email, name or raw.…"),
      )
      .default({}),
    /** How long a row of a series acts only once, and how long results of runs are kept. */
    retentionDays: z.number().positive().max(3_650).default(400),
    /** Above which amounts a second person has to approve. */
    approval: z
      .union([z.literal("always"), z.strictObject({ above: z.record(z.string().regex(/^[A-Z]{3}$/), amount) })])
      .optional(),
    approvalHours: z.number().positive().max(8_760).default(72),
  }),
  duplicates: section({
    /** How to handle a single charge that looks like another one. */
    charges: z.enum(["off", "warn", "refuse"]).default("warn"),
    /** How to handle a row of a run that looks like another charge. */
    runs: z.enum(["off", "warn", "refuse"]).default("refuse"),
    windowHours: z.number().positive().max(8_760).default(24),
  }),
  telemetry: section({
    logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    metrics: z.boolean().default(true),
    otlpEndpoint: z.union([z.literal(""), z.url({ protocol: /^https?$/ })], "must be an http or https address").default(""),
  }),
  backends: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/i), z.unknown(), {
      error: ({ code }) => (code === "invalid_key" ? "must start with a letter and go on with letters, digits and -" : undefined),
    })
    .refine((backends) => Object.keys(backends).length > 0, "must name at least one backend"),
});
