import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/adapter/doctoring/diagnosis.ts";
import { switches } from "../../src/sandbox/switches.ts";
import { diagnose, type Installation, notable } from "./patients.ts";

/**
 * Each switch of the sandbox flips exactly the verdict that it should. Where an adapter learns to cope with something, its DANGER becomes
 * a DIFFERS here.
 */

type Kind = Installation["kind"];
type Case = readonly [
  kind: Kind,
  name: string,
  installation: Omit<Installation, "kind">,
  expected: Readonly<Record<string, Verdict>>,
];

const kinds: readonly Kind[] = ["enswitch", "hostedsuite-v2", "hostedsuite-v3", "v01"];
const write = true;

const onAll = (
  name: string,
  installation: Omit<Installation, "kind">,
  expected: Readonly<Record<string, Verdict>>,
): readonly Case[] => kinds.map((kind) => [kind, name, installation, expected] as const);

const cases: readonly Case[] = [
  ...onAll("clockOffsetMs", { conditions: { clockOffsetMs: -60_000 } }, { clock: "DIFFERS" }),
  ...onAll("clockOffsetMs", { conditions: { clockOffsetMs: 7_200_000 } }, { clock: "DANGER" }),
  ...onAll("charset", { conditions: { charset: "iso-8859-1" } }, { charset: "DANGER" }),
  ...onAll("charset", { conditions: { charset: "iso-8859-1 undeclared" } }, { charset: "DANGER" }),
  ...onAll("texts", { conditions: { texts: ["encodeHtml"] }, write }, { text: "DIFFERS" }),
  ...onAll("texts", { conditions: { texts: ["collapseSpace", "straightQuotes"] }, write }, { text: "DIFFERS" }),
  ...onAll("texts", { conditions: { texts: ["nfkc", "dropEmoji"] }, write }, { text: "DIFFERS" }),
  ...onAll("textWidth", { conditions: { textWidth: 60 }, write }, { text: "DIFFERS" }),
  ["v01", "codes", { conditions: { codes: "upperCase" }, write }, { code: "DIFFERS" }],
  ["v01", "codeWidth", { conditions: { codeWidth: 15 }, write }, { code: "DANGER" }],
  ["enswitch", "amounts", { conditions: { amounts: "round" }, write }, { amounts: "DIFFERS" }],
  ["hostedsuite-v2", "amounts", { conditions: { amounts: "round" }, write }, { amounts: "DIFFERS" }],
  ["hostedsuite-v3", "amounts", { conditions: { amounts: "cut" }, write }, { amounts: "DIFFERS", tax: "DIFFERS" }],
  ["enswitch", "storedAs", { conditions: { storedAs: { customer: 101 } }, write }, {}],
  ["enswitch", "storedAs", { conditions: { storedAs: { currency: "XXX" } }, write }, { stored: "DANGER" }],
  ["enswitch", "storedAs", { conditions: { storedAs: { start: null } }, write }, { start: "DANGER" }],
  ["enswitch", "storedAs", { conditions: { storedAs: { description: null } }, write }, { text: "DANGER" }],
  ["hostedsuite-v2", "storedAs", { conditions: { storedAs: { quantity: 0 } }, write }, { stored: "DANGER" }],
  ["hostedsuite-v3", "storedAs", { conditions: { storedAs: { cost: null } }, write }, { amounts: "DANGER" }],
  ["v01", "storedAs", { conditions: { storedAs: { code: null } }, write }, { code: "DANGER" }],
  ...onAll("listDelayMs", { conditions: { listDelayMs: 60_000 }, write }, { listed: "DIFFERS" }),
  ["hostedsuite-v2", "ids", { conditions: { ids: "scattered" }, write }, { ids: "DIFFERS" }],
  ["enswitch", "ids", { conditions: { ids: "scattered" }, write }, { ids: "DIFFERS" }],
  ["hostedsuite-v3", "ids", { conditions: { ids: "scattered" }, write }, { ids: "DIFFERS" }],
  ["v01", "ids", { conditions: { ids: "scattered" }, write }, { ids: "DIFFERS" }],
  ...onAll("filterCase", { conditions: { filterCase: "exact" } }, { filterCase: "DIFFERS" }),
  ...onAll("filterAccents", { conditions: { filterAccents: "ignored" } }, { filterAccents: "DIFFERS" }),
  ["enswitch", "pageMaximum", { conditions: { pageMaximum: 20 } }, { wholeLists: "DANGER" }],
  ["hostedsuite-v3", "pageMaximum", { conditions: { pageMaximum: 50 } }, { pageMaximum: "DANGER" }],
  ["v01", "pageMaximum", { conditions: { pageMaximum: 30 } }, { limit: "DANGER" }],
  ["v01", "pageMaximum", { conditions: { pageMaximum: 100 } }, { limit: "DIFFERS" }],
  ["enswitch", "beyondPageMaximum", { conditions: { pageMaximum: 200, beyondPageMaximum: "refuse" } }, { wholeLists: "DANGER" }],
  [
    "hostedsuite-v3",
    "beyondPageMaximum",
    { conditions: { pageMaximum: 100, beyondPageMaximum: "refuse" } },
    { functions: "DANGER", pageMaximum: "DANGER" },
  ],
  ["v01", "beyondPageMaximum", { conditions: { pageMaximum: 100, beyondPageMaximum: "refuse" } }, { limit: "DANGER" }],
  ["enswitch", "unknownIds", { conditions: { unknownIds: "error" } }, { unknownId: "DANGER" }],
  ["enswitch", "unknownIds", { conditions: { unknownIds: "empty" } }, { unknownId: "DANGER" }],
  ["hostedsuite-v3", "unknownIds", { conditions: { unknownIds: "error" } }, { unknownId: "DANGER" }],
  ["hostedsuite-v3", "unknownIds", { conditions: { unknownIds: "empty" } }, { unknownId: "DANGER" }],
  ["v01", "unknownIds", { conditions: { unknownIds: "error" } }, { unknownId: "DANGER" }],
  ["v01", "unknownIds", { conditions: { unknownIds: "empty" } }, { unknownId: "DIFFERS" }],
  ["enswitch", "missingFunctions", { conditions: { missingFunctions: ["transactions/list"] } }, { functions: "DANGER" }],
  ["hostedsuite-v2", "missingFunctions", { conditions: { missingFunctions: ["charges/all"] } }, { functions: "DANGER" }],
  ["hostedsuite-v3", "missingFunctions", { conditions: { missingFunctions: ["GET /taxes"] } }, { functions: "DANGER" }],
  ["v01", "missingFunctions", { conditions: { missingFunctions: ["plans/~find"] } }, { functions: "DANGER" }],
  ["enswitch", "forbiddenFunctions", { conditions: { forbiddenFunctions: ["plans/list"] } }, { functions: "DANGER" }],
  ["hostedsuite-v2", "forbiddenFunctions", { conditions: { forbiddenFunctions: ["contacts"] } }, { functions: "DANGER" }],
  ["hostedsuite-v3", "forbiddenFunctions", { conditions: { forbiddenFunctions: ["GET /services"] } }, { functions: "DANGER" }],
  ["v01", "forbiddenFunctions", { conditions: { forbiddenFunctions: ["plans/~find"] } }, { functions: "DANGER" }],
  ["enswitch", "ignoredParameters", { conditions: { ignoredParameters: ["name"] } }, { filters: "DIFFERS" }],
  ["enswitch", "ignoredParameters", { conditions: { ignoredParameters: ["limit"] } }, { limit: "DANGER" }],
  ["enswitch", "ignoredParameters", { conditions: { ignoredParameters: ["offset"] } }, { limit: "DANGER" }],
  ["hostedsuite-v2", "ignoredParameters", { conditions: { ignoredParameters: ["Name"] } }, { nameFilter: "DIFFERS" }],
  ["hostedsuite-v3", "ignoredParameters", { conditions: { ignoredParameters: ["query"] } }, { filters: "DIFFERS" }],
  ["hostedsuite-v3", "ignoredParameters", { conditions: { ignoredParameters: ["ids"] } }, { idsFilter: "DANGER" }],
  ["hostedsuite-v3", "ignoredParameters", { conditions: { ignoredParameters: ["page"] } }, { pages: "DANGER" }],
  ["v01", "ignoredParameters", { conditions: { ignoredParameters: ["email"] } }, { filters: "DIFFERS" }],
  ["v01", "ignoredParameters", { conditions: { ignoredParameters: ["accountId"] } }, { accountId: "DANGER" }],
  ["v01", "ignoredParameters", { conditions: { ignoredParameters: ["limit"] } }, { limit: "DANGER" }],
  ["enswitch", "membersLeftOut", { conditions: { membersLeftOut: ["bill_ref"] } }, { "members of customers": "DIFFERS" }],
  ["hostedsuite-v2", "membersLeftOut", { conditions: { membersLeftOut: ["Memorized"] } }, { "members of charges": "DIFFERS" }],
  ["hostedsuite-v3", "membersLeftOut", { conditions: { membersLeftOut: ["phoneNumbers"] } }, { "members of clients": "DIFFERS" }],
  ["v01", "membersLeftOut", { conditions: { membersLeftOut: ["street1"] } }, { "members of customers": "DIFFERS" }],
  [
    "enswitch",
    "membersRenamed",
    { conditions: { membersRenamed: { bill_ref: "reference" } } },
    { "members of customers": "DANGER" },
  ],
  [
    "hostedsuite-v2",
    "membersRenamed",
    { conditions: { membersRenamed: { ThirdPartyAccountId: "AccountId" } } },
    { "members of clients": "DANGER" },
  ],
  [
    "hostedsuite-v3",
    "membersRenamed",
    { conditions: { membersRenamed: { billingEmailAddresses: "emails" } } },
    { "members of clients": "DANGER" },
  ],
  ["v01", "membersRenamed", { conditions: { membersRenamed: { email: "emailAddress" } } }, { "members of customers": "DANGER" }],
  [
    "v01",
    "membersRenamed",
    { conditions: { membersRenamed: { homePhone: "phoneHome" } } },
    { "members of customers": "DIFFERS" },
  ],
  [
    "v01",
    "membersAdded",
    { conditions: { membersAdded: { currencyCode: "USD" } } },
    { "members of customers": "DIFFERS", "members of transactions": "DIFFERS", "members of taxes": "DIFFERS" },
  ],
  [
    "enswitch",
    "membersAdded",
    { conditions: { membersAdded: { timezone: "Europe/Berlin" } } },
    { "members of customers": "DIFFERS", "members of charges": "DIFFERS", "members of taxes": "DIFFERS" },
  ],
  [
    "hostedsuite-v2",
    "membersAdded",
    { conditions: { membersAdded: { Vip: true } } },
    { "members of clients": "DIFFERS", "members of charges": "DIFFERS", "members of services": "DIFFERS" },
  ],
  [
    "hostedsuite-v3",
    "membersAdded",
    { conditions: { membersAdded: { vip: true } } },
    {
      "members of clients": "DIFFERS",
      "members of charges": "DIFFERS",
      "members of services": "DIFFERS",
      "members of taxes": "DIFFERS",
    },
  ],
  ["enswitch", "httpStatusFollowsCode", { options: { httpStatusFollowsCode: true } }, { unknownId: "DIFFERS" }],
  ["enswitch", "numericCodes", { options: { numericCodes: true } }, { numberForms: "DIFFERS" }],
  ["enswitch", "rowStyle", { options: { rowStyle: "strings" } }, { numberForms: "DIFFERS" }],
  ["enswitch", "pre40", { options: { pre40: true } }, { tokens: "DIFFERS" }],
  ["enswitch", "pre40", { options: { pre40: true }, settings: { useTokens: true } }, { tokens: "DANGER" }],
  ["enswitch", "parameters", { options: { parameters: "query" } }, { parameters: "DANGER", login: "DANGER" }],
  ["enswitch", "parameters", { options: { parameters: "form" } }, {}],
  ["enswitch", "timeZone", { options: { timeZone: "America/New_York" } }, { timeZone: "DANGER" }],
  ["enswitch", "timeZone", { options: { timeZone: "Pacific/Kiritimati" } }, { timeZone: "DANGER" }],
  ["enswitch", "timeZone", { options: { timeZone: "UTC" } }, {}],
  ["hostedsuite-v2", "timeZone", { options: { timeZone: "Asia/Tokyo" }, write }, { timeZone: "DANGER" }],
  ["hostedsuite-v3", "timeZone", { options: { timeZone: "Pacific/Honolulu" }, write }, { timeZone: "DANGER" }],
  ["v01", "timeZone", { options: { timeZone: "America/New_York" }, write }, { timeZone: "DANGER" }],
  ["v01", "timeZone", { options: { timeZone: "Pacific/Kiritimati" }, write }, { timeZone: "DANGER" }],
  [
    "enswitch",
    "timeZones",
    {
      options: {
        timeZone: "Asia/Tokyo",
        timeZones: Object.fromEntries(
          Array.from({ length: 300 }, (_, index) => [
            101 + index,
            ["Asia/Tokyo", "America/New_York", "Europe/Berlin"][index % 3],
          ]),
        ),
      },
    },
    { timeZone: "DANGER" },
  ],
  ["enswitch", "absentNumber", { options: { absentNumber: 0 }, write }, { absentNumber: "DIFFERS" }],
  ["enswitch", "zeroNumber", { options: { zeroNumber: "refused" }, write }, { zeroNumber: "DIFFERS" }],
  ["enswitch", "functions", { options: { functions: { taxesGet: true } } }, { taxesGet: "DIFFERS" }],
  ["enswitch", "functions", { settings: { functions: { taxesGet: true } } }, { taxesGet: "DANGER" }],
  ["enswitch", "functions", { settings: { functions: { chargesDelete: true } }, write }, { void: "DANGER" }],
  [
    "enswitch",
    "functions",
    { options: { functions: { chargesDelete: true } }, settings: { functions: { chargesDelete: true } }, write },
    {},
  ],
  ...(["hostedsuite-v2", "hostedsuite-v3"] as const).flatMap((kind): readonly Case[] => [
    [kind, "datesOut", { options: { datesOut: "american" } }, { dates: "DIFFERS" }],
    [kind, "datesOut", { options: { datesOut: "dayFirst" } }, { dates: "DANGER" }],
    [kind, "datesOut", { options: { datesOut: "dots" } }, { dates: "DANGER" }],
    [kind, "datesOut", { options: { datesOut: "words" } }, { dates: "DANGER" }],
    [kind, "datesOut", { options: { datesOut: "compact" } }, { dates: "DANGER" }],
    [kind, "datesOut", { options: { datesOut: "slashes" } }, { dates: "DANGER" }],
    [kind, "cost", { options: { cost: "unit" } }, { cost: "DANGER" }],
  ]),
  ["hostedsuite-v3", "largestPage", { options: { largestPage: 30 } }, { pageMaximum: "DANGER" }],
  ["v01", "listShape", { options: { listShape: "object" } }, { listShapes: "DIFFERS" }],
  ["v01", "listShape", { options: { listShape: "mapper" } }, { listShapes: "DANGER" }],
  ["v01", "listShape", { options: { listShape: "mapperNull" } }, { listShapes: "DANGER" }],
  ["v01", "listShape", { options: { listShape: "counted" } }, { listShapes: "DANGER" }],
  ["v01", "listShape", { options: { listShape: "lone" } }, { listShapes: "DIFFERS" }],
  ["v01", "failureCodes", { options: { failureCodes: "sibling" } }, {}],
  ["v01", "unknownIdStatus", { options: { unknownIdStatus: 400 } }, { unknownId: "DIFFERS" }],
  ["v01", "messageEcho", { options: { messageEcho: true } }, { unknownId: "DIFFERS" }],
  ["v01", "maximumLimit", { options: { maximumLimit: 60 } }, { limit: "DANGER" }],
  ["v01", "taxIncluded", { options: { taxIncluded: false }, write }, { taxIncluded: "DANGER" }],
  ["v01", "scalars", { options: { scalars: "text" } }, { numberForms: "DIFFERS" }],
  ["v01", "taxUnit", { options: { taxUnit: "percent" } }, { taxUnit: "DANGER" }],
  ["v01", "taxListId", { options: { taxListId: "known" } }, { taxList: "DANGER" }],
  ["v01", "balanceSign", { options: { balanceSign: "negativeOwes" } }, { balanceSign: "DANGER" }],
  ["v01", "edition", { options: { edition: "E1" } }, { filters: "DIFFERS", accountId: "DANGER" }],
  ["v01", "authentication", { options: { authentication: "digest" } }, { login: "DANGER" }],
];

/** What no read and no small charge tells, or what no answer that the gateway asks for depends on: by switch, and backend where it is one. */
const untellable: Readonly<Record<string, string>> = {
  "unknownIds hostedsuite-v2": "no read of v2 answers an unknown id with an error",
  "codes enswitch": "references of customers: a trial makes none",
  "codes hostedsuite-v2": "references of customers: a trial makes none",
  "codes hostedsuite-v3": "references of customers: a trial makes none",
  "codeWidth enswitch": "references of customers: a trial makes none",
  "codeWidth hostedsuite-v2": "references of customers: a trial makes none",
  "codeWidth hostedsuite-v3": "references of customers: a trial makes none",
  tokens: "their life shows in no single answer; the adapter copes with each",
  bareEndDate: "the adapter asks for a day more and looks again itself",
  badCredentials: "the adapter reads the envelope, not the status",
  missingMember: "the adapter sends all members",
  unparseableDate: "the adapter sends dates that are some",
  unknownId: "the adapter reads the envelope, not the status",
  requireQuantity: "the adapter refuses quantities of 0 itself",
  withoutRate: "a missing cost and a cost of 0 are both shown as they come",
  wrongVerb: "the adapter sends POST",
  authenticateRefusal: "the adapter reads both",
  entityStatus: "an open text",
  chargeDescription: "read-only, shown as it comes",
  listOrder: "the adapter sorts itself",
  archivedClients: "no member tells of a list that lacks them",
  neitherSwitch: "the adapter sets both switches",
  memorizedListed: "the adapter asks /charges/all",
  lists: "the adapter sends whole lists and checks what came of them",
  nameFilter: "the adapter does not filter by name",
  clientNames: "the adapter does not ask for it",
  batch: "the adapter does not use it",
  deleteAnswer: "the adapter takes both",
  zeroCost: "the adapter reads both alike",
  createStatus: "the adapter takes any success",
  failureStatus: "the adapter reads the letter, not the status",
  reverseReturns: "the adapter reads the charge again",
  codeScope: "the adapter's own codes are unique everywhere",
  balancing: "shows in balances over time only",
};

describe("the doctor", () => {
  it.each(kinds)("finds nothing on the default sandbox: %s", async (kind) => {
    expect(notable(await diagnose({ kind, write }))).toEqual({});
  });

  it.each(cases.map(([kind, name, installation, expected]) => ({ kind, name, installation, expected })))(
    "$kind: $name $installation",
    async ({ kind, installation, expected }) => {
      expect(notable(await diagnose({ kind, ...installation }))).toEqual(expected);
    },
  );

  it("is tried against every switch of every backend, or it is said why not", () => {
    const tried = new Set(cases.map(([kind, name]) => `${name} ${kind}`));
    const all = switches.flatMap(({ name, kinds: those }) => those.map((kind) => `${name} ${kind}`));
    const isExcused = (one: string): boolean => one in untellable || (one.split(" ")[0] ?? "") in untellable;
    expect(all.filter((one) => !tried.has(one) && !isExcused(one))).toEqual([]);
    expect(all.filter((one) => tried.has(one) && isExcused(one))).toEqual([]);
  });
});
