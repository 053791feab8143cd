import { readdirSync, readlinkSync } from "node:fs";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { backendSettings, registry } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { compose } from "../../src/gateway/composition.ts";
import { sqliteFile } from "../journal/fixture.ts";

/** Loading a configuration again may fail at any point: then everything opened before is closed. */

const openFiles = (name: string): string[] =>
  readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${descriptor}`);
      return file.startsWith(name) ? [file] : [];
    } catch {
      return [];
    }
  });

describe.skipIf(process.platform !== "linux")("a gateway that cannot be composed", () => {
  it("leaves no store open", async () => {
    const file = sqliteFile();
    const configuration = parseConfiguration(
      {
        store: { url: `sqlite:${file}` },
        backends: { pbx: { kind: "enswitch", url: "http://127.0.0.1:1/", currency: "EUR", username: "a", password: "b" } },
      },
      { backendSettings, environment: {} },
    );
    const silent = pino({ level: "silent" });
    const composition = await compose(configuration, silent);
    expect(openFiles(file)).not.toEqual([]);
    await composition.close();
    expect(openFiles(file)).toEqual([]);
    const failing = {
      ...registry,
      enswitch: {
        ...registry["enswitch"],
        create: () => {
          throw new Error("This kind cannot be opened.");
        },
      },
    } as unknown as typeof registry;
    await expect(compose(configuration, silent, { registry: failing })).rejects.toThrow("cannot be opened");
    expect(openFiles(file)).toEqual([]);
  });
});
