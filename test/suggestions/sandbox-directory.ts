import { backendSettings, registry } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import type { OnIndexed } from "../../src/directory/model.ts";
import { createRecords } from "../../src/directory/records.ts";
import { createSources } from "../../src/directory/sources.ts";
import { createWalk } from "../../src/directory/walk.ts";
import { openIdentities } from "../../src/gateway/identities.ts";
import { anybody } from "../../src/model/caller.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import type { Engine } from "../../src/store/engine.ts";
import { noAccounts } from "../support/no-accounts.ts";

/** Reads the customers of a sandbox's four backends into the directory, as the gateway does. */
export async function readSandbox(engine: Engine, customers: number, onIndexed: OnIndexed = () => {}): Promise<void> {
  const sandbox = await startSandbox({ customers });
  const configuration = parseConfiguration({ backends: sandbox.configuration }, { backendSettings, environment: {} });
  const identities = openIdentities({
    registry,
    backends: configuration.backends,
    users: {},
    kept: noAccounts,
    report: () => {},
  });
  try {
    const walk = createWalk({ records: createRecords(engine), sources: createSources(engine), onIndexed });
    const { signal } = new AbortController();
    for (const { key, adapter } of identities.reachOf(anybody).backends.all) {
      await walk(adapter, { backend: key, type: "Customer" }, { signal });
    }
  } finally {
    await identities.close();
    await sandbox.close();
  }
}
