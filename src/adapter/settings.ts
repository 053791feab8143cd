import { z } from "zod";
import { isTimeZone } from "../model/zones.ts";

/**
 * A credential: not empty, as a forgotten environment variable would leave it, and without the line break that a tool may have added at
 * its end. No backend would take that, and texts that quote the credential would not be recognised.
 */
export const secretSetting = z
  .string()
  .min(1, "must not be empty")
  .regex(
    /^[^\p{Cc}\ufeff\ufffd]*$/u,
    "must not have control characters, such as a line break at its end, nor letters that were lost",
  );

/**
 * Further users of the backend, under names that the operator chooses; auth.users maps callers to them. Each has a connection of its own, so
 * `concurrency` and `circuit` apply to each user.
 */
export function usersSetting(username: z.ZodType<string>) {
  return z.record(z.string().min(1), z.strictObject({ username, password: secretSetting })).default({});
}

/** The content of a PEM file, as ${file:…} inserts it. */
function pemSetting(label: string) {
  return z.string().regex(new RegExp(`-----BEGIN [A-Z ]*${label}-----`), `must be PEM with a ${label}`);
}

/** Settings of every kind, with their defaults: spread into the kind's own strict schema. */
export const commonSettings = {
  /** Its name for people; default: its key. */
  label: z.string().min(1).optional(),
  users: usersSetting(secretSetting),
  /** The whole base path; operators mount backends under prefixes. */
  url: z
    .url({
      protocol: /^https?$/,
      error: ({ input }) => (input === undefined ? undefined : "must be an http or https address"),
    })
    .refine(isPlain, "must have no user, password, query or fragment: credentials have keys of their own")
    .transform(withTrailingSlash),
  /** The HTTP proxy; '' = none, whatever the environment says. */
  proxy: z
    .union([
      z.literal(""),
      z.url({ protocol: /^http$/, error: ({ input }) => (input === undefined ? undefined : "must be an http address") }),
    ])
    .optional(),
  tls: z
    .strictObject({
      ca: pemSetting("CERTIFICATE").optional(),
      cert: pemSetting("CERTIFICATE").optional(),
      key: pemSetting("PRIVATE KEY").optional(),
      passphrase: secretSetting.optional(),
    })
    .refine(({ cert, key }) => (cert === undefined) === (key === undefined), "needs both cert and key, or neither")
    .prefault({}),
  /** True: the gateway writes nothing to it. */
  readOnly: z.boolean().default(false),
  timeoutMs: z.int().min(1).max(600_000).default(10_000),
  concurrency: z.int().min(1).max(1_000).default(8),
  /** The largest answer to read, in bytes: parsing blocks the event loop, about a second for ten megabytes. */
  maxAnswerBytes: z
    .int()
    .min(1_024)
    .max(536_870_888)
    .default(16 * 1024 * 1024),
  /** The charset of answers. "declared": the one in each answer's header, or UTF-8. Any other holds for all answers. */
  charset: z
    .string()
    .refine((charset) => charset === "declared" || isCharset(charset), "must be declared, or a charset such as iso-8859-1")
    .default("declared"),
  /** Seconds for which reads of customers, plans, taxes and services are cached; 0 = off. See connections/caching.ts. */
  cacheSeconds: z.int().min(0).default(0),
  retries: z.int().min(0).max(10).default(2),
  circuit: z.strictObject({ failures: z.int().min(1).default(5), openMs: z.int().min(1).default(15_000) }).prefault({}),
};

/**
 * Whether a text holds one of these credentials, in any case, and plain or as JSON, URL, form, base64 or hex: backends quote requests in any
 * of these. Pure.
 */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  const folded = text.toLowerCase();
  return secrets.flatMap(spellings).some((spelling) => spelling !== "" && folded.includes(spelling.toLowerCase()));
}

function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}

/** IANA name of the zone of a backend's days. */
export const timeZoneSetting = z.string().refine(isTimeZone, "must be an IANA time zone such as America/New_York");

interface Zoned {
  readonly timeZone?: string | undefined;
}

/** The zone of a backend's days; UTC where its section names none. */
export function zoneOf({ timeZone }: Zoned): string {
  return timeZone ?? "UTC";
}

/** The assumption that the start logs for a section without a zone. */
export function assumedZone({ timeZone }: Zoned): readonly string[] {
  if (timeZone !== undefined) return [];
  return [
    "timeZone is not set: days of this backend are cut in UTC. If its users have another time zone, set timeZone; the doctor's check timeZone shows whether it is wrong",
  ];
}

export const currencySetting = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code such as EUR");

/** Whether a name is a charset of the WHATWG Encoding standard. */
function isCharset(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== "";
  } catch {
    return false;
  }
}

function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password, search, hash } = new URL(url);
  return username + password + search + hash === "";
}

function withTrailingSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

export type CommonSettings = z.output<z.ZodObject<typeof commonSettings>>;
