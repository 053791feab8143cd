import { type BackendKey, backendKeys, type Drafts, type Effect, type Material, type PlannedCall } from "./mutations.ts";
import type { Seeded } from "./seeded.ts";

/** Which of the mutations in mutations.ts a simulation sends. */

type Draft = Pick<PlannedCall, "mutation" | "input" | "effects">;

const taxing = ["pbx", "offices", "recurring"] as const;
const revocable = ["offices", "recurring"] as const;

/** Objects for later mutations; made before anything goes wrong. */
export function preparingCalls(seed: number, drafts: Drafts): PlannedCall[] {
  const calls: Draft[] = [
    drafts.createCharges(["pbx", "pbx", "offices", "offices", "recurring", "recurring"], "KEEP"),
    drafts.createTax(["pbx", "offices"], "KEEP"),
    drafts.createTax(["recurring"], "KEEP"),
    drafts.createTax(["offices"], "KEEP"),
    drafts.createTax(["recurring"], "KEEP"),
  ];
  return calls.map((call, index) => sentAs(call, `prepare-${seed}-${index}`, [{ atMs: 0, abandonedAfterMs: null }]));
}

export function drawCalls(seed: number, random: Seeded, drafts: Drafts, material: Material, durationMs: number): PlannedCall[] {
  const once = onceEach(random, drafts, material);
  return Array.from({ length: random.integer(3, 8) }).flatMap((_, index) => {
    const call = draw(random, drafts, once);
    const key = `key-${seed}-${index}`;
    const own = sentAs(call, key, sendings(random, durationMs));
    const isCreate = call.effects.every(({ kind }) => kind === "create");
    // Two callers who say the same without knowing of each other; and one who takes a key for something else.
    if (isCreate && random.chance(0.15)) return [own, sentAs(call, `${key}-twin`, sendings(random, durationMs))];
    if (isCreate && random.chance(0.1)) {
      const other = call.mutation === "createCharges" ? drafts.createCharges([random.pick(backendKeys)], "KEEP") : null;
      return other ? [own, sentAs(other, key, sendings(random, durationMs))] : [own];
    }
    return [own];
  });
}

function draw(random: Seeded, drafts: Drafts, once: ReturnType<typeof onceEach>): Draft {
  const backend = random.pick(backendKeys);
  const onFailure = random.chance(0.3) ? "ROLL_BACK" : "KEEP";
  const choice = random.integer(1, 20);
  if (choice <= 5) {
    const { input, effect } = drafts.charge(backend);
    return { mutation: "createCharge", input: { charge: input }, effects: [effect] };
  }
  if (choice <= 9) {
    const from: readonly BackendKey[] = onFailure === "ROLL_BACK" && random.chance(0.9) ? revocable : backendKeys;
    return drafts.createCharges(
      Array.from({ length: random.integer(2, 12) }, () => random.pick(from)),
      onFailure,
    );
  }
  if (choice <= 12) {
    const from: readonly BackendKey[] =
      onFailure === "ROLL_BACK" ? backendKeys.filter((key) => key !== "recurring") : backendKeys;
    return drafts.createCustomer(random.some(from, random.integer(1, 4)), onFailure);
  }
  if (choice <= 14) {
    return random.chance(0.5)
      ? drafts.createTax(["recurring"], "KEEP")
      : drafts.createTax(random.some(["pbx", "offices"] as const, random.integer(1, 2)), "KEEP");
  }
  if (choice === 15) return drafts.createCredits(random.integer(1, 3));
  return once() ?? drafts.createTax([random.pick(taxing)], "KEEP");
}

/** Mutations of objects: each voids, archives, restores or sets something that no other does. */
function onceEach(
  random: Seeded,
  drafts: Drafts,
  { charges, taxes, customers, archivable, archived }: Material,
): () => Draft | undefined {
  const { ofBackend, tag, number } = drafts;
  const changing = (mutation: "updateCustomer" | "updateCharge" | "updateTax", id: string): Draft => {
    const marker = tag();
    if (mutation === "updateCharge")
      return { mutation, input: { id, description: marker }, effects: [{ kind: "change", objectId: id, marker }] };
    if (mutation === "updateCustomer") {
      const effects: Effect[] = [{ kind: "change", objectId: id, marker }];
      return { mutation, input: { id, email: `${marker}@example.com` }, effects };
    }
    const rate = (1 + number() / 100).toFixed(2);
    return { mutation, input: { id, rate }, effects: [{ kind: "change", objectId: id, marker: Number(rate) }] };
  };
  const removing = (mutation: "voidCharge" | "archiveCustomer" | "restoreCustomer" | "archiveTax", id: string): Draft => {
    const kind = mutation === "restoreCustomer" ? "restore" : "remove";
    return { mutation, input: { id }, effects: [{ kind, objectId: id }] };
  };
  const [pbxTax] = ofBackend(taxes, "pbx");
  const liability = (customerId: string): Draft[] =>
    pbxTax === undefined
      ? []
      : [
          {
            mutation: "setTaxLiability",
            // The simulation's own tax applies to everybody unless it is set not to.
            input: { taxId: pbxTax, customerId, liable: false },
            effects: [{ kind: "liability", taxId: pbxTax, customerId }],
          },
        ];
  const [executed, changed] = ofBackend(charges, "pbx");
  const [voided, described] = ofBackend(charges, "offices");
  const reversed = ofBackend(charges, "recurring").slice(0, 1);
  const executing = (id: string): Draft => ({
    mutation: "executeCharge",
    input: { id },
    effects: [{ kind: "execute", objectId: id }],
  });
  const given = (id: string | undefined): string[] => (id === undefined ? [] : [id]);
  const all: Draft[] = [
    ...given(executed).flatMap((id) => [executing(id), executing(id)]),
    ...[...given(changed), ...given(described)].flatMap((id) => [changing("updateCharge", id), changing("updateCharge", id)]),
    ...[...given(voided), ...reversed].map((id) => removing("voidCharge", id)),
    ...taxes.slice(0, 3).map((id) => changing("updateTax", id)),
    ...taxes.slice(3).map((id) => removing("archiveTax", id)),
    ...archivable.map((id) => removing("archiveCustomer", id)),
    ...backendKeys.flatMap((key) => given(customers[key][0]).map((id) => changing("updateCustomer", id))),
    ...given(customers.pbx.at(1)).flatMap(liability),
    ...given(archived[0]).map((id) => removing("restoreCustomer", id)),
  ];
  const left = random.some(all, all.length);
  return () => left.pop();
}

function sendings(random: Seeded, durationMs: number): PlannedCall["sendings"] {
  const first = random.integer(0, durationMs);
  const times = random.chance(0.5) ? [] : Array.from({ length: random.integer(1, 2) }, () => random.pick([0, 0, 150, 500]));
  return [0, ...times].map((laterMs) => ({
    atMs: first + laterMs,
    abandonedAfterMs: random.chance(0.15) ? random.integer(1, 150) : null,
  }));
}

function sentAs(call: Draft, key: string, sendings: PlannedCall["sendings"]): PlannedCall {
  return { ...call, input: { ...call.input, idempotencyKey: key }, key, sendings } as PlannedCall;
}
