import { randomUUID } from "node:crypto";
import { openStore } from "../../src/journal/store.ts";
import { operation } from "./fixture.ts";

/**
 * A process that races others on one store. Opens the store at the given instant (milliseconds since 1970), inserts under keys
 * that all processes share, and prints as JSON the keys that it won and how often it lost.
 */
const [url = "", startAt = "", inserts = "", keys = ""] = process.argv.slice(2);
await new Promise((resolve) => setTimeout(resolve, Number(startAt) - Date.now()));
const store = await openStore(url);
const won: string[] = [];
let lost = 0;
for (let turn = 0; turn < Number(inserts); turn += 1) {
  const idempotencyKey = `key-${turn % Number(keys)}`;
  const inserted = await store.insert(operation({ id: randomUUID(), idempotencyKey }));
  if (inserted) won.push(idempotencyKey);
  else lost += 1;
}
await store.close();
console.log(JSON.stringify({ won, lost }));
