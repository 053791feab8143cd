import { describe, expect } from "vitest";
import type { Adapter, WritePlan } from "../../../src/adapter/adapter.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { ChargeInput, CreditInput, CustomerInput, Ref, TaxInput } from "../../../src/model/model.ts";
import type { Warning } from "../../../src/model/warnings.ts";
import type { ConditionsInForce } from "../../../src/sandbox/conditions.ts";
import { textHabits } from "../../../src/sandbox/table.ts";
import { oneIn } from "../../support/sample.ts";
import { alter, alterations, type Json, type Kind, pathsOf, recordsIn } from "../altering.ts";
import { notedIntent, perform, present, scope, sendProven, uniqueTag } from "../calls.ts";
import { type Contract, type ContractState, type Dialect, needing, type StoredMember, unless } from "../dialect.ts";
import { type EntityName, entities } from "../lost-answers.ts";

/**
 * A member that is stored differently than it was sent causes a warning, and nothing else does. Every member of every written
 * record is altered in turn: in the write's answer, and in all answers that show the record afterwards.
 */
export function describeWarnings({ dialect, state }: Contract): void {
  describe.each(entities.filter((entity) => dialect[entity] !== null))("warnings about a written %s", (entity) => {
    needing(dialect, `${entity.toUpperCase()}_CREATE` as Uppercase<`${EntityName}_CREATE`>)(
      "is nothing where all is stored as it was sent",
      async () => {
        for (const write of writesOf(dialect, state(), entity)) {
          const written = await sendWrite(dialect, state(), entity, await write.begin(), null);
          expect(written.warnings, write.title).toEqual([]);
        }
      },
    );

    unless(dialect.noTransport)(
      "is nothing where it is stored as backends store things",
      async () => {
        const { running } = state();
        const cases = habits.flatMap((conditions) => writesOf(dialect, state(), entity).map((write) => ({ conditions, write })));
        for (const { conditions, write } of oneIn(3, cases, `${dialect.kind} ${entity} habits`)) {
          const begun = await write.begin();
          running.setConditions(conditions);
          try {
            const { warnings } = await sendWrite(dialect, state(), entity, begun, null);
            expect(warnings, `${write.title}, ${JSON.stringify(conditions)}`).toEqual([]);
          } finally {
            running.setConditions({});
          }
        }
      },
      120_000,
    );

    unless(dialect.noTransport)(
      "is every member that the backend lacks or alters, and no other",
      async () => {
        const problems: string[] = [];
        const toldOf = new Set<string>();
        for (const write of writesOf(dialect, state(), entity)) {
          const { paths } = await sendWrite(dialect, state(), entity, await write.begin(), null);
          expect(paths.length, write.title).toBeGreaterThan(0);
          const cases = paths.flatMap((path) =>
            kinds.flatMap((kind) => {
              const expected = expectedOf(dialect, entity, write, path, kind);
              return expected === null ? [] : [{ path, kind, expected }];
            }),
          );
          for (const { path, kind, expected } of oneIn(4, cases, `${dialect.kind} ${entity} ${write.title}`)) {
            const written = await sendWrite(dialect, state(), entity, await write.begin(), { path, kind });
            if (written.warnings === null) continue;
            const fields = [...new Set(written.warnings.map(({ field }) => field?.join(".") ?? "none"))].sort();
            for (const field of fields) toldOf.add(field);
            if (fields.join() !== expected.join()) {
              problems.push(`${write.title}, ${path} ${kind}: [${fields.join()}], not [${expected.join()}]`);
            }
          }
        }
        expect(problems).toEqual([]);
        expect(toldOf.size).toBeGreaterThan(1);
      },
      120_000,
    );
  });
}

const habits: readonly ConditionsInForce[] = [
  ...textHabits.map((habit): ConditionsInForce => ({ texts: [habit] })),
  // Not cut: binary fractions that are cut lose a cent (19.99 becomes 19.98), which must cause a warning.
  { amounts: "round" },
];

const kinds = Object.keys(alterations) as readonly Kind[];

interface Alteration {
  /** "billingAddress.city", "*" for each item of a list. */
  readonly path: string;
  readonly kind: Kind;
}

interface Write {
  readonly title: string;
  readonly creates: boolean;
  /** The caller's input. */
  readonly said: object;
  /** An unsent plan, and the object that it changes. */
  readonly begin: () => Promise<Begun>;
}

interface Begun {
  readonly plan: WritePlan<Ref>;
  readonly id: string | null;
}

/** Every input of the dialect that creates something, and every change of an object that was just created. */
function writesOf(dialect: Dialect, { running, references }: ContractState, entity: EntityName): readonly Write[] {
  const written = present(dialect[entity] ?? undefined);
  const adapter = running.connect();
  const create = (input: object) => planned(adapter, entity, input);
  const inputs = () => written.inputs(references, uniqueTag());
  const changes = (): readonly object[] => written.changes(references, uniqueTag());
  return [
    ...inputs().map(({ title, input }, index): Write => {
      const begin = async () => ({ plan: create(inputs()[index]?.input ?? {}), id: null });
      return { title, creates: true, said: input, begin };
    }),
    ...changes().map((said, index): Write => {
      const begin = async (): Promise<Begun> => {
        const { id } = await perform(create(inputs()[0]?.input ?? {}));
        return { plan: changing(adapter, entity, id, changes()[index] ?? {}), id };
      };
      return { title: `a change of ${Object.keys(said).join(", ")}`, creates: false, said, begin };
    }),
  ];
}

function planned({ customers, charges, taxes }: Adapter, entity: EntityName, input: object): WritePlan<Ref> {
  if (entity === "customer") return present(customers.create)(input as CustomerInput);
  if (entity === "charge") return present(charges.create)(input as ChargeInput);
  return entity === "credit" ? present(charges.createCredit)(input as CreditInput) : present(taxes?.create)(input as TaxInput);
}

function changing({ customers, charges, taxes }: Adapter, entity: EntityName, id: string, change: object): WritePlan<Ref> {
  if (entity === "customer") return present(customers.update)(id, change);
  return entity === "charge" ? present(charges.update)(id, change) : present(taxes?.update)(id, change);
}

/**
 * Sends a plan as the journal does, reads what its answers did not show, and compares. The record is removed afterwards.
 *
 * @returns `warnings`: null if the write or the read after it fails, which is an error anyway; `paths`: the record's members
 */
async function sendWrite(
  dialect: Dialect,
  { running }: ContractState,
  entity: EntityName,
  { plan, id: existing }: Begun,
  alteration: Alteration | null,
): Promise<{ readonly warnings: readonly Warning[] | null; readonly paths: readonly string[] }> {
  const { recordId, kind: records } = present(dialect.looking[entity] ?? undefined);
  const ids = new Set(existing === null ? [] : [recordId(existing)]);
  const paths = new Set<string>();
  let actions: readonly string[] = [];
  let isWritten = false;
  let id = existing;
  running.alterAnswers((name, body) => {
    if (actions.some((action) => dialect.faultTarget(action) === name)) {
      isWritten = true;
      for (const { id } of recordsIn(body)) ids.add(id);
    }
    if (!isWritten) return;
    for (const { id, record } of recordsIn(body)) {
      if (!ids.has(id)) continue;
      if (alteration === null) for (const path of pathsOf(record)) paths.add(path);
      else alter(record, alteration.path.split("."), alterations[alteration.kind]);
    }
  });
  try {
    let value: (Ref & { readonly raw: object }) | undefined;
    const sent = [];
    for (const step of plan.steps) {
      const intent = await notedIntent(step, id);
      actions = step.action.split(" or ").map((action, index) => (index === 0 ? action : `POST ${action}`));
      const written = await sendProven(step, id, intent);
      id = written.id;
      // If the write's answer does not contain the record, the read afterwards shows it.
      isWritten = true;
      if (id !== null) ids.add(recordId(id));
      value = written.value as typeof value;
      sent.push({ step, intent });
    }
    const shown = value ?? (await plan.read(id ?? "", scope));
    const warnings: Warning[] = [];
    for (const { step, intent } of sent)
      warnings.push(
        ...((await (step.compareApart?.(id ?? "", intent, scope) ?? step.compare?.(shown as never, intent, scope))) ?? []),
      );
    return { warnings, paths: [...paths] };
  } catch (error) {
    if (error instanceof BillingError && alteration !== null) return { warnings: null, paths: [] };
    throw error;
  } finally {
    running.alterAnswers(null);
    if (id !== null) running.removeByHand(records, recordId(id));
  }
}

/** The fields that need warnings, sorted; null if both ways are right. */
function expectedOf(
  dialect: Dialect,
  entity: EntityName,
  { said, creates }: Write,
  path: string,
  kind: Kind,
): readonly string[] | null {
  const stored = Object.entries(dialect.stored[entity] ?? {}).filter(([at]) => at === path || at.startsWith(`${path}.`));
  if (kind === "changed" && stored.some(([at]) => at !== path)) return null;
  if (stored.some(([, { decides }]) => decides)) return null;
  // The amount moved is compared with the amount that the charge shows, which is altered too.
  if (kind === "changed" && path === "amount" && "executeNow" in said) return null;
  const fields: string[] = [];
  for (const [, member] of stored) {
    const { orFrom, implied, whenAbsent } = member;
    const own = sentAs(said, member);
    const field = own === undefined && orFrom !== undefined && isSaid(said, orFrom) ? orFrom : member.field;
    const value =
      own ??
      sentAs(said, { ...member, field }) ??
      (creates ? (typeof implied === "function" ? implied(said) : implied) : undefined);
    if (value === undefined) continue;
    if (value === "perhaps") return null;
    const isAbsent = kind !== "changed";
    const isZero = value === "zero" && whenAbsent === "ZERO";
    if (isAbsent && (value === "nothing" || whenAbsent === "AS_SENT" || isZero)) continue;
    fields.push(fieldOf(told(field)));
  }
  return [...new Set(fields)].sort();
}

/** A composed name has one warning, for the name. */
const told = (field: string): string => (field === "firstName+lastName" ? "name" : field);

function isSaid(said: object, field: string): boolean {
  return field.split("+").some((each) => sentAs(said, { field: each }) === "something");
}

/** "address.lines.1" → "address.lines", "appliesTo:CALLS" → "appliesTo". */
function fieldOf(field: string): string {
  return field.replace(/\.\d+$|:.*$/, "");
}

/** "nothing": it was cleared, or a flag is off. */
function sentAs(
  said: object,
  { field, trueUnlessTold }: Pick<StoredMember, "field" | "trueUnlessTold">,
): "something" | "zero" | "nothing" | "perhaps" | undefined {
  if (field === "firstName+lastName") return "something";
  const [path = "", item] = field.split(":");
  let value: unknown = said;
  for (const name of path.split(".")) {
    if (value === null) return "nothing";
    if (value === undefined) return undefined;
    // Which unused lines it empties is the backend's choice.
    if (Array.isArray(value) && Number(name) >= value.length) return "perhaps";
    value = (value as Json)[name];
  }
  if (item !== undefined && Array.isArray(value)) return value.includes(item) ? "something" : "nothing";
  if (value === undefined) return undefined;
  if (value === null || (value === false && !trueUnlessTold)) return "nothing";
  return typeof value === "string" && /^0*(\.0*)?$/.test(value) ? "zero" : "something";
}
