import { seed } from "../../support/sample.ts";
import type { Draw } from "../worlds/world.ts";
import { canonical, type Effect, type Entry, type EntryKind, means, type Values, type Writer } from "./book.ts";
import { type Key, type Move, unfit, type Verb } from "./moves.ts";
import { openBackend, openGateway } from "./opening.ts";
import { type Serving, troubles } from "./serving.ts";

/** Carries out moves through a gateway, and compares what callers are told with the backend's book. */

const kindOf = (verb: Verb): EntryKind =>
  verb.endsWith("Customer") ? "customer" : verb.endsWith("Tax") ? "tax" : verb === "createCredit" ? "credit" : "charge";

const record: Readonly<Record<EntryKind, string>> = {
  customer: "customer { backendId name email reference phone status }",
  charge: "charge { backendId amount { amount } date description notes quantity status }",
  credit: "credit { backendId amount { amount } description }",
  tax: "tax { backendId name rate active }",
};
const operation =
  "operation { id status replayed steps { action status sent error { code message retryable } node { id } candidates { id } warnings { code field sent stored } } }";

interface Step {
  readonly action: string;
  readonly status: string;
  readonly sent: boolean;
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
  readonly node: { readonly id: string } | null;
  readonly candidates: readonly { readonly id: string }[];
  readonly warnings: readonly {
    readonly code: string;
    readonly field: readonly string[] | null;
    readonly stored: string | null;
  }[];
}
interface Operation {
  readonly id: string;
  readonly status: string;
  readonly replayed: boolean;
  readonly steps: readonly Step[];
}

/** Draws a backend's habits by a seed, makes the moves, and says what is wrong. @param forced habits that are not drawn, by their names */
export async function judgeMoves(
  key: Key,
  habits: number,
  moves: readonly Move[],
  forced: Readonly<Record<string, unknown>> = {},
): Promise<{ problems: string[]; chosen: object }> {
  const backend = await openBackend(key, habits, forced);
  const { draw, writer, serving } = backend;
  const gateway = await openGateway([backend]);
  const problems: string[] = [];
  try {
    const judge = await openJudge({ key, gateway, writer, serving, draw, report: (problem) => problems.push(problem) });
    for (const [index, move] of moves.entries()) await judge(move, `move-${index}`);
  } catch (error) {
    problems.push(error instanceof Error ? `${error.message}\n${error.stack}` : String(error));
  } finally {
    await gateway.close();
    await serving.close();
  }
  return { problems, chosen: draw.chosen };
}

/** Makes changes of one object at once, each through a gateway of its own; names what was told as done and is lost. */
export async function lostChanges(
  key: Key,
  verb: "updateCustomer" | "updateTax",
  changes: readonly Values[],
): Promise<readonly string[]> {
  const backend = await openBackend(key, seed);
  const { writer, serving } = backend;
  const gateways = await Promise.all(changes.map(() => openGateway([backend])));
  try {
    const kind = kindOf(verb);
    const [entry] = writer.book.of(kind);
    if (!entry) throw new Error(`there is no ${kind}`);
    const list = kind === "tax" ? "taxes" : "customers";
    const query = `{ ${list}(backends: ["${key}"], first: 50) { nodes { id backendId } } }`;
    serving.slow = true;
    const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${verb}(input: $input) { errors { code message } ${operation} } }`;
    const answers = await Promise.all(
      gateways.map(async ({ data }, index) => {
        const { nodes } = (await data(query))[list];
        const { id } = nodes.find(({ backendId }: { readonly backendId: string }) => backendId === entry.id);
        const answer = await data(document, { input: { id, ...nested(changes[index] ?? {}) } });
        return answer[verb].operation as Operation;
      }),
    );
    return answers.flatMap(({ status, steps }, index) =>
      Object.entries(changes[index] ?? {}).flatMap(([name, value]) => {
        const isTold = status === "SUCCEEDED" && steps.every(({ warnings }) => warnings.length === 0);
        return isTold && !means(name, value, entry.values[name]) ? [`${name}: ${value}, not ${entry.values[name]}`] : [];
      }),
    );
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await serving.close();
  }
}

/** Members in the form of an input: "line1" and "address.city" stand for an address. */
function nested(given: Values): Record<string, unknown> {
  const { line1, "address.city": city, ...rest } = given;
  const members = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  const address = { ...(line1 != null && { lines: [line1] }), ...(city != null && { city }) };
  return { ...members, ...(Object.keys(address).length > 0 && { address }) };
}

interface Scene {
  readonly key: Key;
  readonly gateway: Awaited<ReturnType<typeof openGateway>>;
  readonly writer: Writer;
  readonly serving: Serving;
  readonly draw: Draw;
  readonly report: (problem: string) => void;
}

async function openJudge({ key, gateway, writer, serving, report }: Scene) {
  const { book } = writer;
  /** The gateway's ids of entries. */
  const ids = new Map<Entry, string>();
  /** Objects with an outcome that only a person can settle: writes of them are refused. */
  const open = new Set<Entry>();
  const { customers } = await gateway.data(`{ customers(backends: ["${key}"], first: 50) { nodes { id backendId } } }`);
  const learn = (kind: EntryKind, nodes: readonly { readonly id: string; readonly backendId: string }[]): void => {
    for (const { id, backendId } of nodes) {
      const entry = book.find(kind, backendId);
      if (entry) ids.set(entry, id);
    }
  };
  learn("customer", customers.nodes);
  const owners = customers.nodes.map(({ id }: { readonly id: string }) => id);
  const listed = await gateway.data("query ($ids: [ID!]!) { charges(customerIds: $ids, first: 50) { nodes { id backendId } } }", {
    ids: owners,
  });
  learn("charge", listed.charges.nodes);
  if (key === "pbx" || key === "offices" || key === "recurring") {
    const { taxes } = await gateway.data(`{ taxes(backends: ["${key}"], first: 50) { nodes { id backendId } } }`);
    learn("tax", taxes.nodes);
  }
  const services =
    key === "suite" || key === "offices"
      ? (await gateway.data(`{ backend(key: "${key}") { services(first: 1) { nodes { id } } } }`)).backend.services.nodes
      : [];
  const plans =
    key === "pbx" ? (await gateway.data(`{ backend(key: "pbx") { plans(first: 1) { nodes { id } } } }`)).backend.plans.nodes : [];

  const usable = (kind: EntryKind, verb: Verb): Entry[] =>
    book
      .of(kind)
      .filter((entry) => ids.has(entry) && !open.has(entry) && (verb === "restoreCustomer" ? entry.archived : !entry.archived));

  /** The call's input; null where there is nothing to change. */
  function inputOf({
    verb,
    given,
    clears,
    pick,
  }: Move): { readonly input: Record<string, unknown>; readonly target: Entry | null } | null {
    const values = nested(given);
    for (const path of clearedBy({ given, clears })) {
      const cleared = clears?.includes(path) ? null : "";
      const [name = "", part] = path.split(".");
      if (part === undefined) values[name] = cleared;
      else if (values[name] !== null) values[name] = { [part]: cleared, ...(values[name] as object | undefined) };
    }
    if (verb === "createCustomer")
      return { input: { ...values, backends: [key], ...(plans[0] && { planId: plans[0].id }) }, target: null };
    if (verb === "createTax") return { input: { ...values, backends: [key] }, target: null };
    const isCreate = verb === "createCharge" || verb === "createCredit";
    const choices = usable(isCreate ? "customer" : kindOf(verb), verb);
    const target = choices[pick % choices.length];
    if (!target) return null;
    if (!isCreate) return { input: { id: ids.get(target), ...values }, target };
    const spec = {
      ...values,
      customerId: ids.get(target),
      ...(verb === "createCharge" && services[0] && { serviceId: services[0].id }),
    };
    return { input: { [verb === "createCharge" ? "charge" : "credit"]: spec }, target };
  }

  return async (move: Move, idempotencyKey: string): Promise<void> => {
    const { verb, given, trouble, alteration } = move;
    const call = inputOf(move);
    if (call === null) return;
    const kind = kindOf(verb);
    const isFanOut = verb === "createCustomer" || verb === "createTax";
    const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
    const payload = isFanOut
      ? `results { status errors { code message field } ${record[kind]} }`
      : `errors { code message field } ${record[kind]}`;
    const document = `mutation ($input: ${type}!) { ${verb}(input: $input) { ${payload} ${operation} } }`;
    const before = book.effects.length;
    const writesBefore = serving.writes.length;
    const isUnit = writer.section["cost"] === "unit";
    book.alteration = alteration && !(isUnit && ["amount", "quantity"].includes(alteration.member)) ? alteration : null;
    serving.trouble = trouble;
    const where = `${key} ${verb} ${JSON.stringify({ given, clears: move.clears, trouble, alteration: book.alteration })}`;
    const say = (problem: string, seen: unknown = ""): void =>
      report(`${where}: ${problem} ${seen === "" ? "" : JSON.stringify(seen)}`);
    const send = async () => {
      const answer = (await gateway.data(document, { input: { ...call.input, idempotencyKey } }))[verb];
      return { told: isFanOut ? answer.results[0] : answer, operation: answer.operation as Operation };
    };
    const first = await send();
    const wasUsed = serving.writes.length > writesBefore;
    serving.trouble = "none";
    const made = (): readonly Effect[] => book.effects.slice(before);
    if (!wasUsed) {
      // Refused before it was sent.
      const codes = first.told.errors.map(({ code }: { readonly code: string }) => code);
      if (
        first.operation.status === "FAILED" &&
        codes.every((code: string) => /INVALID_INPUT|UNSUPPORTED/.test(code)) &&
        made().length === 0
      ) {
        for (const { field, message } of first.told.errors) {
          const name = String(field?.filter((part: string) => !/^(input|charge|credit|\d+)$/.test(part)).join(".") ?? "");
          const isCleared = clearedBy(move).some((path) => name === path || name.startsWith(`${path}.`));
          if (!isCleared && !isExcused(key, move, name)) say(`is refused because of ${name}`, message);
        }
        return;
      }
      const { status, steps } = first.operation;
      if (status !== "SUCCEEDED" || steps.length > 0 || !isThere(call.target, move)) say("sent nothing", first);
      return;
    }
    if (Object.values(given).some((value) => value !== null && unfit.includes(value))) say("sends an unfit text");
    const { tells } = troubles[trouble];
    const [step] = first.operation.steps;
    const isAltered = made().some(({ altered }) => [...altered.values()].some((alike) => alike !== "same"));
    // An answer that shows nothing does not prove that there is nothing, nor that a page of one row was the last.
    const isOwn = (entry: Entry): boolean => made().some((own) => own.entry === entry);
    const others = book.entries.filter((entry) => entry.owner === call.target?.id && !isOwn(entry));
    const isAmongFew = call.target !== null && verb.startsWith("create") && others.length < 2;
    const isObscure =
      (writer.hides.has("emptiness") && isAmongFew) || (verb === "executeCharge" && writer.hides.has("owner of a charge"));
    if (tells === "refused" && !(isObscure && step?.status === "UNKNOWN") && (step?.status !== "FAILED" || made().length > 0))
      say("a refusal is not told as a failure", first);
    if (tells === "busy" && (step?.status !== "FAILED" || !step.error?.retryable))
      say("a busy backend is not told as a failure that may be retried", first);
    if (tells === "well" && first.operation.status !== "SUCCEEDED" && !isAltered) say("a success is not told", first);
    if (step?.status === "FAILED" && made().length > 0) say("is told as failed, but is done", first);

    let last = first;
    for (let looks = 0; looks < 3 && last.operation.status === "UNKNOWN"; looks += 1) {
      await gateway.letTimePass();
      const query = `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { ${operation} } }`;
      const { reconcileOperation } = await gateway.data(query, { id: last.operation.id });
      last = { ...last, operation: reconcileOperation.operation };
    }
    const settled = last.operation.steps[0];
    const created = made()[0];
    // A change of which nothing shows as it was sent cannot be told apart from somebody else's.
    const isDisputed = settled?.error?.code === "CONFLICT" && isAltered && !made().some(showsAsSent);
    if (settled?.status === "FAILED" && created && !isDisputed) return say("is settled as failed, but is done", last.operation);
    // A state is reached or not, and a warning is no excuse.
    const mayBeWarned = verb.startsWith("update") || verb === "executeCharge";
    const isWarned = mayBeWarned && (settled?.warnings.some(({ code }) => code !== "NOT_COMPARED") ?? false);
    if (settled?.status === "SUCCEEDED" && !created && !isWarned && !isThere(call.target, move))
      return say("is settled as done, but is not", last.operation);
    if (settled?.status === "UNKNOWN") {
      if (call.target && !verb.startsWith("create")) open.add(call.target);
      const named = settled.candidates.map(({ id }) => Buffer.from(id, "base64url").toString());
      if (!created && isObscure) return;
      if (!created) say("stays unknown although nothing is there", last.operation);
      else if (!isObscure && !isAltered && !writer.hides.has("zone"))
        say("stays unknown although its record is there as sent", last.operation);
      else if (!isObscure && !named.some((id) => id.includes(created.entry.id)))
        say("stays unknown and does not name its record", last.operation);
    }
    // The caller repeats the call.
    const again = await send();
    book.alteration = null;
    const effects = made();
    const creates = effects.filter(({ what }) => what === "create");
    const executions = effects.filter(({ what }) => what === "execute");
    if (creates.length > 1 || executions.length > 1) say("is done twice", again.operation);
    const isUnknown = again.operation.steps.some(({ status }) => status === "UNKNOWN");
    if (
      (!isObscure || tells === "busy") &&
      settled?.status === "FAILED" &&
      settled.error?.retryable &&
      again.operation.status !== "SUCCEEDED" &&
      !isUnknown
    )
      say("a retry does not do it", again.operation);
    if (again.operation.status !== "SUCCEEDED") return;
    for (const effect of effects) compareSent(effect, given, say);
    for (const path of clearedBy(move)) {
      const of = effects[0]?.entry ?? call.target;
      const isWarned = again.operation.steps.some(({ warnings }) => warnings.length > 0);
      if (of && !isCleared(of, path) && !isWarned) say(`${path} is told as cleared, but is`, of.values);
    }
    const effect = creates[0] ?? effects[0];
    const entry = effect?.entry ?? call.target;
    if (!entry) return say("is told as done, but is not", again);
    const shown = again.told[kind];
    const nodeId = again.operation.steps[0]?.node?.id;
    if (nodeId && effect?.what === "create") ids.set(entry, nodeId);
    compareWarnings(effects, again.operation.steps, writer, say);
    if (shown && kind !== "credit") {
      if (shown.backendId !== entry.id) say(`is told as ${shown.backendId}, not ${entry.id}`);
      compareShown(shown, entry, say);
    }
  };
}

type Say = (problem: string, seen?: unknown) => void;

/** Whether the object is in the wanted state without this write. */
function isThere(target: Entry | null, { verb, given, clears }: Move): boolean {
  if (!target || !verb.startsWith("update")) return false;
  return (
    Object.entries(given).every(([name, value]) => value === null || means(name, value.trim(), target.values[name]?.trim())) &&
    clearedBy({ given, clears }).every((path) => isCleared(target, path))
  );
}

/** Whether a member has changed to the very value that was sent. */
function showsAsSent({ sent, before, altered, entry }: Effect): boolean {
  return Object.entries(sent).some(
    ([name, value]) => !altered.has(name) && means(name, value, entry.values[name]) && !means(name, before[name], value),
  );
}

/** The members that a move clears: those that it does not also change. */
function clearedBy({ given, clears = [] }: Pick<Move, "given" | "clears">): readonly string[] {
  const names = Object.keys(given).filter((name) => given[name] !== null);
  // The parts of a name are cleared by a whole one.
  const others: Readonly<Record<string, readonly string[]>> = {
    line1: ["address.lines", "address"],
    name: ["name", "firstName"],
  };
  const changed = names.flatMap((name) => others[name] ?? [name, name.split(".")[0] ?? name]);
  return clears.map((path) => path.replace(/=$/, "")).filter((path) => !changed.includes(path));
}

/** Whether a member has no value. A part of an address is a member of its own, and the whole address is all of them. */
function isCleared({ values }: Entry, path: string): boolean {
  const names = path === "address" ? ["line1", "address.city"] : [path === "address.lines" ? "line1" : path];
  return names.every((name) => canonical(values[name] ?? "0") === "0" || values[name] === "");
}

/** Inputs that a backend cannot take. @param name the refused member */
function isExcused(key: Key, { given }: Move, name: string): boolean {
  const value = given[name];
  if (value == null) return false;
  if (unfit.includes(value)) return true;
  const decimal = canonical(value);
  const [digits, places] = [decimal.replace(/\D|^[0.]+/g, "").length, decimal.split(".")[1]?.length ?? 0];
  // Unit costs cannot hold every amount, and doubles hold 15 digits.
  if ((key === "suite" || key === "offices") && name === "amount") return digits > 15 || given["quantity"] !== undefined;
  if (key !== "recurring") return false;
  // v01 keeps 32 bits of cents.
  return places > 2 || decimal === "0" || Number(decimal) + Number(given["taxAmount"] ?? 0) > 21_474_836.47;
}

/** What the backend understood is what the caller gave. */
function compareSent({ sent, entry }: Effect, given: Values, say: Say): void {
  for (const [name, value] of Object.entries(sent)) {
    const wanted = given[name];
    if (wanted == null || value == null) continue;
    if (!means(name, wanted.trim(), value.trim())) say(`${name} of ${entry.id} was sent as`, value);
  }
}

/** Each alteration that nobody tolerates has a warning, and nothing else has. */
function compareWarnings(effects: readonly Effect[], steps: readonly Step[], { hides }: Writer, say: Say): void {
  const isHidden = (code: string): boolean => code === "NOT_COMPARED" && hides.has("owner of a charge");
  const warnings = steps.flatMap((step) => step.warnings).filter(({ code }) => !isHidden(code));
  const fields = new Set(
    warnings.map(
      ({ field }) =>
        field?.filter((part) => part !== "input" && part !== "charge" && part !== "credit" && !/^\d+$/.test(part)).join(".") ??
        "none",
    ),
  );
  const altered = new Map(effects.flatMap((effect) => [...effect.altered]));
  for (const [name, alike] of altered) {
    const field = name === "line1" ? "address.lines" : name;
    if (alike === "other" && !fields.has(field) && ![...fields].some((told) => told.startsWith(field)))
      say(`${name} is altered silently`, warnings);
    if (alike === "same" && fields.has(field)) say(`${name} has a needless warning`, warnings);
    fields.delete(field);
  }
  if (fields.size > 0 && altered.size === 0) say("warns of what is as sent", warnings);
}

function compareShown(shown: Record<string, unknown>, { kind, values, archived }: Entry, say: Say): void {
  const told: Values = {
    ...(kind === "charge" && {
      amount: (shown["amount"] as { amount: string } | null)?.amount ?? null,
      date: shown["date"] as string | null,
    }),
    ...(kind === "charge" && "quantity" in values && { quantity: String(shown["quantity"]) }),
    ...(kind === "tax" && { rate: shown["rate"] as string | null }),
    ...(kind === "customer" && { name: shown["name"] as string, reference: shown["reference"] as string | null }),
  };
  for (const [name, value] of Object.entries(told)) {
    if (values[name] === undefined || (values[name] ?? "") === "") continue;
    if (!means(name, value?.trim(), values[name]?.trim())) say(`${name} is told as ${value}, but is`, values[name]);
  }
  if (kind === "customer" && archived !== (shown["status"] === "ARCHIVED") && shown["status"] !== "UNKNOWN")
    say(`has the status`, shown["status"]);
}
