import { readFileSync } from "node:fs";
import type { Client } from "./client.ts";
import { enswitch } from "./enswitch.ts";
import { hostedSuiteV2, hostedSuiteV3 } from "./hostedsuite.ts";
import { type Kept, type KeptRows, openKept } from "./kept.ts";
import { v01 } from "./v01.ts";

/** A subject's settings from the benchmark: node <file> --config <file>. */
export interface Settings {
  readonly port: number;
  readonly backends: Readonly<Record<string, { readonly url: string; readonly password: string }>>;
  readonly kept: KeptRows;
}

const file = process.argv[process.argv.indexOf("--config") + 1] ?? "";

export const readSettings = (): Settings => JSON.parse(readFileSync(file, "utf8")) as Settings;

/** Beside that file. */
export const keep = ({ kept }: Settings): Kept => openKept(`${file}.db`, kept);

const kinds = { pbx: enswitch, suite: hostedSuiteV2, offices: hostedSuiteV3, recurring: v01 };

/** In the order of the gateway's configuration. */
export function createClients({ backends }: Settings): readonly Client[] {
  return Object.entries(kinds).map(([key, create]) => {
    const { url = "", password = "" } = backends[key] ?? {};
    return create(key, url, password);
  });
}
