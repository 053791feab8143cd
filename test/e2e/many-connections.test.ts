import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { send } from "../server/http/wire.ts";
import { chargeSpecs, charges, eventually } from "./operations/charges.ts";
import { gatewaysOf } from "./operations/gateways.ts";
import { startSandbox } from "./operations/sandbox.ts";
import { changeConfiguration, logOf } from "./processes.ts";

/** A Node whose processes may have so many files open, sockets included. */
function nodeWithFiles(most: number): string {
  const file = join(mkdtempSync(join(tmpdir(), "node-")), "node");
  writeFileSync(file, `#!/bin/sh\nulimit -n ${most}\nexec '${process.execPath}' "$@"\n`, { mode: 0o700 });
  return file;
}

/** How often a store was checked so far: see src/store/continuity.ts. */
function checksOf(storeUrl: string): number {
  using database = new DatabaseSync(storeUrl.slice("sqlite:".length), { readOnly: true });
  return Number(database.prepare("select count from continuity").get()?.["count"]);
}

const [files, connections] = [160, 600];

it.each([1, 2])(
  "idle connections of one client, many more than a process may have files, stop nobody; workers: %i",
  async (workers) => {
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox);
    const { file, storeUrl } = gateways.configuration;
    changeConfiguration(file, { server: { workers } });
    const gateway = await gateways.start({ node: nodeWithFiles(files) });
    const isLogged = (text: string): boolean => logOf(gateway).some(({ msg }) => msg.includes(text));
    const specOf = await chargeSpecs(gateway.origin);
    expect(isLogged("the system allows this process too few open files")).toBe(true);
    // Each request has a connection of its own: one that is kept may be closed at the moment when it is used again.
    const charge = async (text: string): Promise<unknown> => {
      const variables = { charge: specOf("pbx", text), key: text };
      const headers = { "content-type": "application/json" };
      return (await send(gateway, { method: "POST", headers, body: JSON.stringify({ query: charges.one, variables }) })).json;
    };
    const sockets: Socket[] = [];
    using _ = { [Symbol.dispose]: () => sockets.forEach((socket) => void socket.destroy()) };
    for (let opened = 0; opened < connections; opened += 1) {
      const socket = connect(Number(new URL(gateway.origin).port), "127.0.0.1").on("error", () => {});
      sockets.push(socket);
      await once(socket, "connect");
      if (opened % 20 > 0) continue;
      expect(await charge(`charge ${opened}`)).toMatchObject({ data: { createCharge: { operation: { status: "SUCCEEDED" } } } });
    }
    await eventually("the log says that there are too many", () => isLogged("idle ones are closed for new ones"));
    const checked = checksOf(storeUrl);
    await eventually("each process has looked after the store meanwhile", () => checksOf(storeUrl) > checked + 2 * workers);
    expect(await send(gateway, { path: "/health" })).toMatchObject({ status: 200 });
    expect((await send(gateway, { path: "/ready" })).json).toMatchObject({ status: "ready", store: "up" });
    expect(await charge("the last one")).toMatchObject({ data: { createCharge: { operation: { status: "SUCCEEDED" } } } });
    expect(logOf(gateway).filter(({ level }) => level === "error")).toEqual([]);
    expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
  },
);
