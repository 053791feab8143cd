import { afterEach, describe, expect } from "vitest";
import type { Finding } from "../../../src/adapter/adapter.ts";
import type { ConditionsInForce } from "../../../src/sandbox/conditions.ts";
import { alter, recordsIn } from "../altering.ts";
import { perform, present, scope, uniqueTag } from "../calls.ts";
import { type Contract, type ContractState, needing, type Running, unless } from "../dialect.ts";
import { type Creation, type EntityName, entities, loseAnswer, newCreation } from "../lost-answers.ts";
import { survey } from "../survey.ts";

/** What the backend does to a record when it stores it, as its texts show. */
interface Alteration {
  readonly title: string;
  readonly conditions: ConditionsInForce;
  readonly text: string;
  /** Only if the text may have several lines, the amount decimals, and if there are codes. */
  readonly needs?: "lines" | "fraction" | "reference";
  /** A person may have written the same, so it is not surely ours. */
  readonly isQuestion?: true;
}

const alterations: readonly Alteration[] = [
  { title: "HTML-encoded", conditions: { texts: ["encodeHtml"] }, text: "Müller & Söhne <Büro> 'Ost'" },
  { title: "HTML-encoded twice", conditions: { texts: ["encodeHtml", "encodeHtml"] }, text: "Fish & chips" },
  { title: "encoded letter by letter", conditions: { texts: ["encodeAllAsHtml"] }, text: "Müller & Söhne 株式会社" },
  { title: "truncated at 30 in a word", conditions: { textWidth: 30 }, text: "Fernsprechgrundgebührenabrechnung" },
  {
    title: "truncated at 30 between words",
    conditions: { textWidth: 30 },
    text: "a of it is x and y of it or no x",
    isQuestion: true,
  },
  {
    title: "truncated in an entity",
    conditions: { texts: ["encodeHtml"], textWidth: 30 },
    text: "Grundgebühren für Telefone & Faxe",
  },
  { title: "trimmed and collapsed", conditions: { texts: ["trim", "collapseSpace"] }, text: "Fee  for   two  rooms " },
  { title: "composed", conditions: { texts: ["nfc"] }, text: "Cafe\u0301 Zoe\u0308" },
  { title: "decomposed", conditions: { texts: ["nfd"] }, text: "Café Zoë Größe 한빛" },
  { title: "without compatibility letters", conditions: { texts: ["nfkc"] }, text: "Fee ② ﬁve ½" },
  { title: "without emoji", conditions: { texts: ["dropEmoji"] }, text: "Party 🎉 room 👩‍👩‍👧" },
  { title: "in Latin-1", conditions: { texts: ["latin1"] }, text: "Büro – “Ost” for 10 €" },
  { title: "with straight quotes", conditions: { texts: ["straightQuotes"] }, text: "O’Connell “Ost”" },
  { title: "with CRLF", conditions: { texts: ["crlf"] }, text: "Line one\nline two", needs: "lines" },
  { title: "rounded", conditions: { amounts: "round" }, text: "Fee", needs: "fraction" },
  { title: "cut at the cent", conditions: { amounts: "cut" }, text: "Fee", needs: "fraction" },
  { title: "with its code in upper case", conditions: { codes: "upperCase" }, text: "Fee" },
  { title: "with its code cut", conditions: { codeWidth: 30 }, text: "Fee" },
  { title: "with the caller's reference in upper case", conditions: { codes: "upperCase" }, text: "Fee", needs: "reference" },
  { title: "with the caller's reference cut", conditions: { codeWidth: 30 }, text: "Fee", needs: "reference", isQuestion: true },
];

const idsOf = (found: Finding["ours"], { looked }: Creation): string[] => found.map(({ id }) => looked.recordId(id));

/** The finding for a create whose answer was lost: never nothing if there is something, never another's record. */
export function describeLooking({ dialect, state }: Contract): void {
  const { looking } = dialect;
  const create = {
    customer: "CUSTOMER_CREATE",
    charge: "CHARGE_CREATE",
    credit: "CREDIT_CREATE",
    tax: "TAX_CREATE",
  } as const;

  /** Expects the new, unaltered record to be surely ours, without other candidates. */
  async function expectOurs(at: ContractState, entity: EntityName, adapter = at.running.connect()): Promise<void> {
    const creation = await newCreation(dialect, at, entity, `Untouched ${uniqueTag()}`);
    const lost = await loseAnswer(dialect, at, creation, adapter);
    const { ours, candidates } = await lost.find();
    expect({ ours: idsOf(ours, creation), candidates: idsOf(candidates, creation) }).toEqual({ ours: lost.made, candidates: [] });
    expect(ours[0]?.claim).toEqual(expect.any(String));
  }

  /** A person makes a similar record this many seconds earlier; our request never arrives. */
  async function likeRecordBefore(at: ContractState, entity: EntityName, seconds: number, conditions: ConditionsInForce = {}) {
    const { running } = at;
    const creation = await newCreation(dialect, at, entity, `Like ${uniqueTag()}`);
    const earlier = new Set(await creation.recordIds());
    running.setConditions({ ...conditions, clockOffsetMs: (conditions.clockOffsetMs ?? 0) - seconds * 1000 });
    await perform(creation.plan(running.connect()));
    running.setConditions(conditions);
    const byHand = (await creation.recordIds()).filter((id) => !earlier.has(id));
    expect(byHand).toHaveLength(1);
    const marks = looking[entity]?.madeByHand?.(new Date(Date.now() + (conditions.clockOffsetMs ?? 0) - seconds * 1000));
    if (marks) running.editByHand(creation.looked.kind, byHand[0] ?? "", marks);
    const lost = await loseAnswer(dialect, at, creation, running.connect(), "dropBefore", "nothing");
    const { ours, candidates } = await lost.find();
    const its = (found: Finding["ours"]): string[] => idsOf(found, creation).filter((id) => byHand.includes(id));
    return { ours: its(ours), candidates: its(candidates) };
  }

  for (const entity of entities) {
    const looked = looking[entity];
    const may = needing(dialect, create[entity]);
    const mayIf = (reason: string | null) => (reason === null ? may : unless(reason));

    describe(`looking for a created ${entity}`, () => {
      afterEach(() => {
        state().running.setConditions({});
        state().running.setFaults([]);
      });

      may("finds it as ours, and nothing else, when it is unchanged", () => expectOurs(state(), entity, state().adapter));
      may("finds it as ours when the sender had just started", () => expectOurs(state(), entity));

      may("finds nothing when the request never arrived", async () => {
        const creation = await newCreation(dialect, state(), entity, `Never ${uniqueTag()}`);
        const { find } = await loseAnswer(dialect, state(), creation, state().adapter, "dropBefore");
        expect(await find()).toEqual({ ours: [], candidates: [] });
      });

      for (const { title, conditions, text, needs, isQuestion } of alterations) {
        const isMissing =
          (needs === "lines" && entity !== "charge" && entity !== "credit" && "a name has one line") ||
          (needs === "fraction" && !looked?.fraction && "such amounts are refused") ||
          (needs === "reference" && !looked?.reference && "the caller gives no reference");
        mayIf(isMissing || null)(`finds it when it is stored ${title}`, async () => {
          const at = state();
          const tag = uniqueTag();
          const added = needs === "fraction" ? looked?.fraction : needs === "reference" ? looked?.reference?.(tag) : null;
          const creation = await newCreation(dialect, at, entity, needs === undefined ? text : `${text} ${tag}`, added ?? {});
          at.running.setConditions(conditions);
          const lost = await loseAnswer(dialect, at, creation, at.adapter);
          at.running.setConditions({});
          const { ours, candidates } = await lost.find();
          expect([...idsOf(ours, creation), ...idsOf(candidates, creation)]).toEqual(lost.made);
          // How many decimals of a rate a backend keeps is unknown.
          const mayBeAsked = isQuestion || looked?.tellsAge === "unlessAltered" || (entity === "tax" && needs === "fraction");
          if (!mayBeAsked) expect(candidates).toEqual([]);
        });
      }

      for (const { members, differs } of looked?.edits ?? []) {
        const edited = typeof members === "function" ? members : () => members;
        const names = Object.keys(edited(""));
        may(`finds it, but not as if nothing had happened, when a person has corrected ${names.join(", ")}`, async () => {
          const at = state();
          const creation = await newCreation(dialect, at, entity, `Corrected ${uniqueTag()}`);
          const lost = await loseAnswer(dialect, at, creation, at.adapter);
          const [id = ""] = lost.made;
          at.running.editByHand(creation.looked.kind, id, edited(id));
          const { ours, candidates } = await lost.find();
          expect([...idsOf(ours, creation), ...idsOf(candidates, creation)]).toEqual(lost.made);
          const isMarked = looked?.mark != null && !names.includes(looked.mark);
          if (!isMarked) expect(candidates[0]?.differs).toEqual(expect.arrayContaining([...differs]));
        });
      }

      for (const seconds of [looking.secondsBetween, 100]) {
        may(`does not take for ours the like one that a person made ${seconds} s before`, async () => {
          const { ours, candidates } = await likeRecordBefore(state(), entity, seconds);
          expect(ours).toEqual([]);
          if (seconds === 100) expect(candidates).toEqual([]);
        });
      }

      for (const clockOffsetMs of [180_000, -180_000]) {
        may(`finds the same where the backend's clock is wrong by ${clockOffsetMs / 1000} s`, async () => {
          const at = state();
          at.running.setConditions({ clockOffsetMs });
          await expectOurs(at, entity);
          expect(await likeRecordBefore(at, entity, 100, { clockOffsetMs })).toEqual({ ours: [], candidates: [] });
        });
      }

      const { startFarAway } = looking;
      mayIf(startFarAway === null ? "the backend has no time zone" : null)(
        "finds the same at the other end of the world",
        async () => {
          const running = await (startFarAway as () => Promise<Running>)();
          try {
            const at = await survey(dialect, running);
            await expectOurs(at, entity);
            expect(await likeRecordBefore(at, entity, 100)).toEqual({ ours: [], candidates: [] });
          } finally {
            await running.close();
          }
        },
      );
    });
  }

  describe("looking for a created charge", () => {
    const reason = looking.otherCurrency === null ? "its customers have no currency of their own" : null;
    const may = reason === null ? needing(dialect, "CHARGE_CREATE") : unless(reason);
    may("finds it as ours when its customer has another currency by now", async () => {
      const at = state();
      const creation = await newCreation(dialect, at, "charge", `Currency ${uniqueTag()}`);
      const lost = await loseAnswer(dialect, at, creation, at.adapter);
      const { kind, recordId } = present(looking.customer ?? undefined);
      at.running.editByHand(kind, recordId(creation.ownerId ?? ""), looking.otherCurrency ?? {});
      const { ours } = await lost.find();
      expect(idsOf(ours, creation)).toEqual(lost.made);
    });

    const { chargeOwner } = looking;
    const mayProve = chargeOwner === null ? unless("its lists may hold everybody's charges") : needing(dialect, "CHARGE_CREATE");
    mayProve("proves nothing by the list of another customer", async () => {
      const at = state();
      const creation = await newCreation(dialect, at, "charge", `Elsewhere ${uniqueTag()}`);
      const lost = await loseAnswer(dialect, at, creation, at.adapter);
      const { customerId } = at.references;
      const other = Number(looking.customer?.recordId(customerId) ?? customerId);
      at.running.alterAnswers((_function, body) => {
        for (const { record } of recordsIn(body)) alter(record, [chargeOwner ?? ""], () => other);
      });
      try {
        await expect(lost.find()).rejects.toMatchObject({ code: "BAD_RESPONSE" });
        const [listed] = await at.running
          .connect()
          .charges.listByCustomers([creation.ownerId ?? ""], {}, { first: 10, after: null }, scope);
        expect(listed).toMatchObject({ code: "BAD_RESPONSE" });
      } finally {
        at.running.alterAnswers(null);
      }
    });
  });
}
