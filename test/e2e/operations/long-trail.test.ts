import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { verifyTrail } from "../../../src/commands/audit-trail.ts";
import { openStore } from "../../../src/journal/store.ts";
import { startProcess } from "../../support/processes.ts";
import { gatewaysOf } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** An export that is larger than the memory of the process that writes it. */

const count = 1_200;
const inputBytes = 120_000;

async function record(url: string): Promise<void> {
  const store = await openStore(url);
  try {
    await sql`insert into operations (id, mutation, actor, idempotency_key, input, input_hash, validate_only, on_failure, status,
        looks, created_at, updated_at, completed_at)
      with recursive numbers (n) as (select 10000 union all select n + 1 from numbers where n < ${10_000 + count - 1})
      select 'op-' || n, 'createCharge', '', 'key-' || n, '{"notes":"' || hex(randomblob(${inputBytes / 2})) || '"}', 'hash', 0, 'KEEP',
        'SUCCEEDED', 0, '2026-01-31T10:00:00.000Z', '2026-01-31T10:00:00.000Z', '2026-01-31T10:00:00.000Z'
      from numbers`.execute(store.engine.database);
  } finally {
    await store.close();
  }
}

it("writes a trail that does not fit into its memory", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const { file, environment, storeUrl } = gateways.configuration;
  await record(storeUrl);
  const folder = mkdtempSync(join(tmpdir(), "gateway-trail-"));
  const trail = join(folder, "trail.jsonl");
  try {
    const parameters = ["operations", "--config", file, "export", "--since", "2026-01-31"];
    const node = ["--max-old-space-size=100", "src/main.ts"];
    const child = startProcess(process.execPath, [...node, ...parameters], { env: environment });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    for await (const part of child.stdout) appendFileSync(trail, part);
    expect(complaint).toBe("");
    expect(await verifyTrail(trail, null)).toMatchObject({ problem: null, lines: count });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
