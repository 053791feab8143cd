import fc from "fast-check";
import type { Effect, EntryKind } from "./book.ts";
import type { Key } from "./moves.ts";
import { type Backend, openBackend, openGateway } from "./opening.ts";
import { type TroubleName, troubles } from "./serving.ts";

/** Carries out one call over several backends, each with a trouble of its own, and compares what its caller is told with all their books. */

type FannedVerb = "createCustomer" | "createTax" | "createCharges";

export interface Fan {
  readonly verb: FannedVerb;
  readonly onFailure: "KEEP" | "ROLL_BACK";
  /** The backends in the order of the call, and the troubles of the first write to each and of the one after it, which may take it back. */
  readonly targets: readonly { readonly key: Key; readonly trouble: TroubleName; readonly afterwards: TroubleName }[];
}

/** The backends that can carry out a call, and those that can also take it back. */
const able: Readonly<Record<FannedVerb, Readonly<Record<Fan["onFailure"], readonly Key[]>>>> = {
  createCustomer: { KEEP: ["pbx", "suite", "offices", "recurring"], ROLL_BACK: ["pbx", "suite", "offices"] },
  createTax: { KEEP: ["pbx", "offices", "recurring"], ROLL_BACK: ["offices", "recurring"] },
  createCharges: { KEEP: ["pbx", "suite", "offices", "recurring"], ROLL_BACK: ["pbx", "offices", "recurring"] },
};

const trouble = fc.constantFrom<TroubleName>("none", "none", "refusal", "refusal", ...(Object.keys(troubles) as TroubleName[]));

/** A call over two backends or more. */
export const fans: fc.Arbitrary<Fan> = fc
  .record({
    verb: fc.constantFrom<FannedVerb>("createCustomer", "createTax", "createCharges", "createCharges"),
    onFailure: fc.constantFrom<Fan["onFailure"]>("KEEP", "ROLL_BACK"),
  })
  .chain(({ verb, onFailure }) =>
    fc.record({
      verb: fc.constant(verb),
      onFailure: fc.constant(onFailure),
      targets: fc
        .shuffledSubarray([...able[verb][onFailure]], { minLength: 2 })
        .chain((chosen) => fc.tuple(...chosen.map((key) => fc.record({ key: fc.constant(key), trouble, afterwards: trouble })))),
    }),
  );

interface Told {
  readonly status: string;
  readonly errors: readonly { readonly code: string }[];
  readonly backend: { readonly key: string };
}

/** Says what is wrong. */
export async function judgeFan({ verb, onFailure, targets }: Fan, habits: number): Promise<readonly string[]> {
  const kind: EntryKind = verb === "createCustomer" ? "customer" : verb === "createTax" ? "tax" : "charge";
  // What a backend hides is judged where each is alone.
  const plain = {
    "rows tell their customer": true,
    "codes are": "kept",
    "empty list": "[]",
    "zone of the center": "UTC",
    timeZone: "UTC",
  };
  const backends = await Promise.all(targets.map(({ key }) => openBackend(key, habits, plain)));
  const gateway = await openGateway(backends);
  const problems: string[] = [];
  const madeBy = ({ writer }: Backend): readonly Effect[] =>
    writer.book.effects.filter(({ what, entry }) => what === "create" && entry.kind === kind);
  try {
    const input = { ...(await inputOf(verb, backends, gateway)), onFailure, idempotencyKey: "once" };
    const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
    const steps = "id status steps { action status }";
    const document = `mutation ($input: ${type}!) { ${verb}(input: $input) {
      results { status errors { code message } backend { key } ${kind} { backendId } } operation { ${steps} } } }`;
    for (const [index, { serving }] of backends.entries()) {
      serving.trouble = targets[index]?.trouble ?? "none";
      serving.afterwards = targets[index]?.afterwards ?? "none";
    }
    const send = async () => (await gateway.data(document, { input }))[verb];
    const say = (problem: string, seen: unknown): void => void problems.push(`${problem} ${JSON.stringify(seen)}`);
    const judge = (answer: { readonly results: readonly Told[]; readonly operation: { readonly status: string } }): void => {
      const keys = answer.results.map(({ backend }) => backend.key);
      if (keys.join() !== targets.map(({ key }) => key).join()) say("results are not in the order of the call", keys);
      for (const [index, { status }] of answer.results.entries()) {
        const made = backends[index] ? madeBy(backends[index]) : [];
        const live = made.filter(({ entry }) => !entry.archived);
        if (made.length > 1 && live.length > 1) say(`${keys[index]} has it twice`, answer);
        if (status === "SUCCEEDED" && live.length !== 1) say(`${keys[index]} is told as done, but is not`, answer);
        if (status === "FAILED" && live.length > 0) say(`${keys[index]} is told as failed, but is done`, answer);
        if (status === "ROLLED_BACK" && live.length > 0) say(`${keys[index]} is told as rolled back, but is there`, answer);
      }
      const states = new Set(answer.results.map(({ status }) => status));
      const { status } = answer.operation;
      if (states.size === 1 && !states.has(status)) say("the operation has another status than all its targets", answer);
      if (states.has("UNKNOWN") && status !== "UNKNOWN") say("an unknown target is hidden", answer);
      const isMixed = states.has("SUCCEEDED") && states.has("FAILED") && !states.has("UNKNOWN");
      if (isMixed && status !== "PARTIAL") say("some of each is not PARTIAL", answer);
      if (isMixed && onFailure === "ROLL_BACK") say("is neither whole nor rolled back", answer);
    };
    let answer = await send();
    judge(answer);
    for (let looks = 0; looks < 4 && answer.operation.status === "UNKNOWN"; looks += 1) {
      await gateway.letTimePass();
      await gateway.data(`mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { ${steps} } } }`, {
        id: answer.operation.id,
      });
      answer = await send();
      judge(answer);
    }
    if (answer.operation.status === "UNKNOWN") say("stays unknown", answer);
    judge(await send());
    return problems;
  } finally {
    await gateway.close();
    await Promise.all(backends.map(({ serving }) => serving.close()));
  }
}

async function inputOf(verb: FannedVerb, backends: readonly Backend[], gateway: Awaited<ReturnType<typeof openGateway>>) {
  const keys = backends.map(({ key }) => key);
  const has = (key: Key): boolean => keys.includes(key);
  if (verb === "createTax") {
    const overrides = has("recurring") ? [{ backend: "recurring", effectiveDate: "2026-01-01" }] : [];
    return { name: "Levy", rate: "7", backends: keys, overrides };
  }
  if (verb === "createCustomer") {
    const plan = has("pbx")
      ? (await gateway.data(`{ backend(key: "pbx") { plans(first: 1) { nodes { id } } } }`)).backend.plans.nodes[0]
      : null;
    const overrides = [
      ...(has("pbx") ? [{ backend: "pbx", planId: plan.id }] : []),
      ...(has("recurring") ? [{ backend: "recurring", firstName: "Ada", lastName: "Lovelace" }] : []),
    ];
    return { name: "Ada & Sons", email: "ada@example.com", backends: keys, overrides };
  }
  const charges = await Promise.all(
    keys.map(async (key) => {
      const { customers } = await gateway.data(`{ customers(backends: ["${key}"], first: 1) { nodes { id } } }`);
      const hasServices = key === "suite" || key === "offices";
      const services = hasServices
        ? (await gateway.data(`{ backend(key: "${key}") { services(first: 1) { nodes { id } } } }`)).backend.services.nodes
        : [];
      const text = hasServices
        ? { notes: "Setup", serviceId: services[0].id }
        : key === "pbx"
          ? { name: "Setup" }
          : { description: "Setup" };
      return { customerId: customers.nodes[0].id, amount: "12.34", ...text };
    }),
  );
  return { charges };
}
