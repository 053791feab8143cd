import { decodeId } from "../../src/model/id.ts";
import { type State as EnswitchState, liabilityKey } from "../../src/sandbox/enswitch/state.ts";
import type { Sandbox } from "../../src/sandbox/index.ts";

/** The records of the simulated backends, in one form for all. The simulators' state is the witness: no adapter is involved. */

export interface SandboxRecord {
  /** "<type> <backend> <the record's own id>". */
  readonly key: string;
  readonly type: "Customer" | "Charge" | "Tax" | "Contact" | "Transaction" | "Reversal";
  readonly backend: string;
  /** All its texts; for a HostedSuite v2 client, those of its contacts too. */
  readonly text: string;
  /** Neither archived, nor deleted, nor reversed. */
  readonly live: boolean;
  /** Percent, of a tax. */
  readonly rate?: number;
}

export type Records = ReadonlyMap<string, SandboxRecord>;

export function recordsOf({ backends }: Sandbox): Records {
  const { pbx, suite, offices, recurring } = backends;
  const records = [
    ...enswitchRecords(pbx.simulated.state),
    ...hostedSuiteRecords("suite", suite.simulated.state),
    ...hostedSuiteRecords("offices", offices.simulated.state),
    ...v01Records(recurring.simulated.state),
  ];
  return new Map(records.map((record) => [record.key, record]));
}

/** The key of the record behind a global id. Local ids that carry more than the record's own id have that one last. */
export function keyOfNode(globalId: string): string {
  const node = decodeId(globalId);
  if (node === null) throw new Error(`${globalId} is no id of the gateway`);
  return keyOf(node.type, node.backend, decodeURIComponent(node.id.split(":").at(-1) ?? ""));
}

export function keyOf(type: string, backend: string, id: string | number | bigint): string {
  return `${type} ${backend} ${id}`;
}

/** Enswitch: whether a tax applies to a customer or a charge (global ids): as it was set, else by the tax's own default. */
export function isLiable({ backends }: Sandbox, taxId: string, subjectId: string): boolean {
  const [, , tax] = keyOfNode(taxId).split(" ");
  const [type, , subject] = keyOfNode(subjectId).split(" ");
  // The simulator's type declares less of its state than it has.
  const { liabilities, taxes } = backends.pbx.simulated.state as unknown as EnswitchState;
  const set = liabilities.get(liabilityKey(Number(tax), type === "Charge" ? "charge" : "customer", Number(subject)));
  const row = taxes.get(Number(tax));
  return set === undefined ? (type === "Charge" ? row?.charges === 1 : row?.liable === 2) : set === 1;
}

type State<Key extends keyof Sandbox["backends"]> = Sandbox["backends"][Key]["simulated"]["state"];

function record(
  type: SandboxRecord["type"],
  backend: string,
  id: string | number | bigint,
  content: unknown,
  live: boolean,
): SandboxRecord {
  const text = JSON.stringify(content, (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return { key: keyOf(type, backend, id), type, backend, text, live };
}

function enswitchRecords({ customers, charges, taxes, transactions }: State<"pbx">): SandboxRecord[] {
  const backend = "pbx";
  return [
    ...[...customers.values()].map((row) => record("Customer", backend, row.id, row, row.deleted === 0)),
    ...[...charges.values()].map((row) => record("Charge", backend, row.id, row, true)),
    ...[...taxes.values()].map((row) => ({ ...record("Tax", backend, row.id, row, true), rate: Number(row.rate) })),
    ...transactions.map((row) => record("Transaction", backend, row.id, row, true)),
  ];
}

function hostedSuiteRecords(backend: string, { clients, contacts, charges, taxes }: State<"suite">): SandboxRecord[] {
  const people = Map.groupBy(contacts.values(), ({ clientId }) => clientId);
  return [
    ...[...clients.values()].map((row) =>
      record("Customer", backend, row.id, { row, contacts: people.get(row.id) }, row.dateArchived === null),
    ),
    ...[...contacts.values()].map((row) => record("Contact", backend, row.id, row, row.dateArchived === null)),
    ...[...charges.values()].map((row) => record("Charge", backend, row.id, row, row.dateArchived === null)),
    ...[...taxes.values()].map((row) => ({
      ...record("Tax", backend, row.id, row, row.dateArchived === null),
      rate: row.rate,
    })),
  ];
}

/** Nothing links a reversal to what it reverses, but the amounts of a simulation's charges are all different. */
function v01Records({ customers, ledgers, taxRates }: State<"recurring">): SandboxRecord[] {
  const backend = "recurring";
  const entries = [...ledgers.values()].flatMap(({ transactions }) => transactions);
  const reversals = entries.filter(({ type }) => type === "RR" || type === "RX");
  const reversed = new Set(reversals.map(({ amount }) => amount));
  return [
    ...[...customers.values()].map((row) => record("Customer", backend, row.id, row, true)),
    ...entries
      .filter((row) => !reversals.includes(row))
      .map((row) => record("Charge", backend, row.id, row, row.balance !== 0 || !reversed.has(row.amount))),
    ...reversals.map((row) => record("Reversal", backend, row.id, row, true)),
    ...[...taxRates.values()].map((row) => ({
      ...record("Tax", backend, row.id, row, row.isActive),
      rate: row.value / 100,
    })),
  ];
}
