import { afterEach, describe, expect } from "vitest";
import { isRecord } from "../altering.ts";
import { failureOf, notedIntent, perform, present, scope, sendProven, uniqueTag } from "../calls.ts";
import { type Contract, needing, unless } from "../dialect.ts";
import { type EntityName, entities, newCreation } from "../lost-answers.ts";
import { longNumber } from "../sandbox-running.ts";

const creates = {
  customer: "CUSTOMER_CREATE",
  charge: "CHARGE_CREATE",
  credit: "CREDIT_CREATE",
  tax: "TAX_CREATE",
} as const satisfies Record<EntityName, string>;

/** Whose id stands in the answer instead of the new record's, and when that one was made. */
const wrongIds = ["older", "newer", "nobody's"] as const;

/** What another record has besides another text: a single member may have been altered by the backend. */
const others: Readonly<Record<EntityName, object>> = {
  customer: {},
  charge: { amount: "27.50" },
  credit: { amount: "27.50" },
  tax: { rate: "9.25" },
};

/** The answer of a create that is right in everything but the id. */
export function describeCreatedIds({ dialect, state }: Contract): void {
  for (const entity of entities) {
    const may = dialect.noTransport === null ? needing(dialect, creates[entity]) : unless(dialect.noTransport);

    describe(`the id in the answer to a created ${entity}`, () => {
      afterEach(() => state().running.alterAnswers(null));

      for (const whose of wrongIds) {
        may(
          `is not believed where it is ${whose === "nobody's" ? whose : `that of a record made ${whose === "older" ? "before" : "meanwhile"}`}`,
          async ({ skip }) => {
            const at = state();
            const { running } = at;
            const creation = await newCreation(dialect, at, entity, `Ours ${uniqueTag()}`);
            const owner = creation.ownerId === null ? {} : { customerId: creation.ownerId };
            const other = await newCreation(dialect, at, entity, `Theirs ${uniqueTag()}`, { ...owner, ...others[entity] });
            const makeOther = async () => creation.looked.recordId((await perform(other.plan(running.connect()))).id);
            const step = present(creation.plan(running.connect()).steps[0]);
            let wrong = whose === "older" ? await makeOther() : null;
            const intent = await notedIntent(step, null);
            if (whose === "newer") wrong = await makeOther();
            const before = new Set(await creation.recordIds());
            let altered = 0;
            running.alterAnswers((name, body) => {
              if (name === dialect.faultTarget(step.action)) altered += replaceId(body, wrong);
            });
            const sending = sendProven(step, null, intent);
            // Its answer names no record.
            if ((await sending.catch(() => null))?.alike) return skip("the answer names no record");
            const { code } = await failureOf(() => sending);
            running.alterAnswers(null);
            expect({ code, altered }).toEqual({ code: "OUTCOME_UNKNOWN", altered: 1 });
            const made = (await creation.recordIds()).filter((id) => !before.has(id));
            expect(made).toHaveLength(1);
            const { ours, candidates } = await step.find(null, intent, scope);
            const found = [...ours, ...candidates].map(({ id }) => creation.looked.recordId(id));
            expect(found).toContain(made[0]);
            expect(ours.map(({ id }) => creation.looked.recordId(id))).not.toContain(wrong);
          },
        );
      }

      may("is proven by itself where several are made at once", async ({ skip }) => {
        const at = state();
        const { running } = at;
        const creations = [await newCreation(dialect, at, entity, `First ${uniqueTag()}`)];
        const owner = creations[0]?.ownerId == null ? {} : { customerId: creations[0].ownerId };
        for (const name of ["Second", "Third", "Fourth"])
          creations.push(await newCreation(dialect, at, entity, `${name} ${uniqueTag()}`, owner));
        const connected = running.connect();
        const steps = creations.map((creation) => present(creation.plan(connected).steps[0]));
        const intents = await Promise.all(steps.map((step) => notedIntent(step, null)));
        let altered = 0;
        running.alterAnswers((name, body) => {
          if (name === dialect.faultTarget(present(steps[0]).action) && altered === 0) altered += replaceId(body, null);
        });
        const ended = await Promise.allSettled(steps.map((step, index) => sendProven(step, null, present(intents[index]))));
        running.alterAnswers(null);
        const made = ended.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
        if (made.some(({ alike }) => alike)) return skip("the answer names no record");
        expect(altered).toBe(1);
        expect(ended.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []))).toEqual(["OUTCOME_UNKNOWN"]);
        expect(new Set(made.map(({ id }) => id)).size).toBe(3);
        const stored = await Promise.all(creations.map((creation) => creation.recordIds()));
        for (const { id } of made) expect(stored.flat()).toContain(creations[0]?.looked.recordId(id ?? ""));
      });

      may("is proven by one call at most", async () => {
        const at = state();
        const creation = await newCreation(dialect, at, entity, `Ours ${uniqueTag()}`);
        const plan = creation.plan(at.running.connect());
        const step = present(plan.steps[0]);
        const intent = await notedIntent(step, null);
        const before = at.running.countCalls();
        const { id, alike } = await sendProven(step, null, intent);
        expect(at.running.countCalls() - before).toBeLessThanOrEqual(2);
        expect(id ?? alike).toBeTruthy();
      });
    });
  }
}

/** Puts another id in place of the first one in an answer: null for one that no record has. Returns how many it replaced. */
function replaceId(body: unknown, wrong: string | null): number {
  if (Array.isArray(body)) return body.length === 0 ? 0 : replaceId(body[0], wrong);
  if (!isRecord(body)) return 0;
  for (const name of ["id", "Id", "ID"]) {
    const id = body[name];
    if (typeof id === "number") body[name] = wrong === null ? id + 7 : Number(wrong);
    else if (typeof id === "string") body[name] = likeId(id, wrong);
    else continue;
    return 1;
  }
  for (const member of Object.values(body)) if (replaceId(member, wrong) > 0) return 1;
  return 0;
}

/** In the same form: numbers beyond a double's precision are texts here. */
function likeId(id: string, wrong: string | null): string {
  const mark = id.startsWith(longNumber) ? longNumber : "";
  const proper = id.slice(mark.length);
  const last = proper.at(-1) ?? "";
  return `${mark}${wrong ?? (/^\d+$/.test(proper) ? String(BigInt(proper) + 7n) : `${proper.slice(0, -1)}${last === "a" ? "b" : "a"}`)}`;
}
