import { describe, expect, it } from "vitest";
import { backends, load, parse, problemsOf } from "./fixture.ts";

describe("secrets", () => {
  const canary = "canary-7f3a";
  // Any text may be a user name or a password, so these two are refused only if they are not text.
  const misplaced = ["kind", "url", "currency", "timeoutMs", "circuit", "useTokens", "extra"].flatMap((key) =>
    [canary, `\${X}`].map((value) => ({ [key]: value })),
  );
  const mistyped = [...Object.keys(backends.pbx), "circuit"].flatMap((key) => [
    { [key]: [canary] },
    { [key]: { [canary]: canary } },
  ]);
  const documents = [
    ...[...misplaced, ...mistyped].map((wrong) => ({ backends: { pbx: { ...backends.pbx, ...wrong } } })),
    ...["server", "auth", "store", "telemetry", "backends"].map((key) => ({ backends, [key]: canary })),
    { backends: { pbx: canary } },
    { backends: { pbx: { ...backends.pbx, password: `\${UNSET}${canary}` } } },
    { backends: { pbx: { ...backends.pbx, password: `${canary}\${` } } },
    { auth: { mode: canary, apiKeys: [{ name: canary, sha256: canary, scopes: [canary] }], jwt: { issuer: canary } }, backends },
    ...["name", "sha256"].map((key) => ({
      auth: { mode: "apiKeys", apiKeys: [{ [key]: canary }, { [key]: canary }] },
      backends,
    })),
    { auth: { mode: "apiKeys", apiKeys: [{ backends: [canary] }], users: { x: { pbx: canary } } }, backends },
    { auth: { mode: "jwt", jwt: { issuer: canary, jwksUri: `http://${canary}@id.example.com/`, audience: [canary] } }, backends },
    { store: { url: `postgres://gateway:${canary}@db/billing`, retentionHours: canary }, backends },
    { store: { url: canary }, telemetry: { otlpEndpoint: `https://${canary}@otlp.example.com`, logLevel: canary }, backends },
    { server: { host: canary, port: canary, cors: [canary] }, operations: { reconcileSeconds: [canary] }, backends },
  ];
  const texts = [
    `p: "${canary}`,
    `a: b: ${canary}`,
    `- ${canary}\n${canary}`,
    `a: !x ${canary}`,
    `a: 'x' ${canary}`,
    `[ ${canary} }`,
  ];
  const runs = [...documents.map((document) => () => parse(document, { X: canary })), ...texts.map((text) => () => load(text))];

  it.each(runs)("never appear in a message, wherever they were put (%#)", (run) => {
    const messages = Object.values(problemsOf(run));
    expect(messages).not.toHaveLength(0);
    expect(messages.join("\n")).not.toContain(canary);
  });
});
