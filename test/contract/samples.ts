import type { DeclaredMember, Limits } from "../../src/adapter/verbs.ts";
import { chargeIntervals, chargeKinds, taxLiabilities, taxScopes } from "../../src/model/model.ts";
import { addDecimals, subtractDecimals } from "../../src/model/money.ts";
import type { References } from "./dialect.ts";

/** Values of members, made from an adapter's declarations: some are accepted, and some are just beyond the limits. */

const pattern = (member: DeclaredMember) => (member.rule.use === "refused" ? undefined : member.rule.pattern?.form);
const limits = ({ rule }: DeclaredMember): Limits => (rule.use === "refused" ? {} : rule);

const texts = ["US", "a@example.com"];

/** As long as allowed. Made from `tag`, so that codes and references of one kind differ. */
function longText(member: DeclaredMember, tag: string): string {
  const { longest = 40 } = limits(member);
  const form = pattern(member);
  const end = member.type === "email" ? "@example.com" : "";
  const start = longest > tag.length + end.length ? tag : "";
  const whole = start + "5".repeat(longest - start.length - end.length) + end;
  return [whole, "5".repeat(longest), ...texts].find((text) => form?.test(text) ?? true) ?? "";
}

/** The smallest step of a decimal with this many places. */
const step = (places: number): string => (places === 0 ? "1" : `0.${"0".repeat(places - 1)}1`);

/** Accepted values, at the limits if there are any. Empty: the backend has no object that the member could name. */
export function taken(member: DeclaredMember, references: References, tag: string): readonly unknown[] {
  const { least, most, decimals, digits, moreThan, earliest, mostItems = 2, fewestItems } = limits(member);
  const values = member.values?.map(({ value }) => value);
  const isThere = (id: string | null): readonly unknown[] => (id === null ? [] : [id]);
  switch (member.type) {
    case "text":
    case "email":
    case "country":
      return [longText(member, tag)];
    case "lines":
      return [Array.from({ length: mostItems }, () => longText(member, tag))];
    case "decimal": {
      const ends = [least, most].filter((end) => end !== undefined && String(end) !== "0").map(String);
      const exact = digits === undefined ? [] : [`1${"0".repeat(digits - 4)}.21`];
      return [
        ...ends,
        ...exact,
        decimals === undefined ? "1.5" : addDecimals("1", step(decimals)),
        ...(moreThan === undefined ? [] : ["0.5"]),
      ];
    }
    case "integer":
      return [least ?? 1];
    case "date":
      return [earliest ?? "2024-02-29"];
    case "boolean":
      return [true, false];
    case "currency":
      return values ?? ["EUR"];
    case "chargeKind":
    case "chargeInterval":
    case "taxLiability":
      return values ?? [];
    case "taxScopes":
      return [values?.slice(0, fewestItems === undefined ? undefined : 1)];
    case "customerId":
      return [references.customerId];
    case "planId":
      return isThere(references.planId);
    case "serviceId":
      return isThere(references.serviceId);
    case "taxIds":
      return references.taxId === null ? [] : [[references.taxId]];
    default:
      return [];
  }
}

/** Values beyond a limit, each with the code of its refusal. */
export function refusedValues(member: DeclaredMember): readonly (readonly [value: unknown, code: string])[] {
  const { type, values } = member;
  const { longest, blank, least, most, decimals, digits, moreThan, notZero, earliest, mostItems } = limits(member);
  const invalid = (...found: readonly unknown[]) => found.map((value) => [value, "INVALID_INPUT"] as const);
  const isText = type === "text" || type === "email" || type === "country";
  const inList = (text: string): unknown => (type === "lines" ? [text] : text);
  const others = { chargeKind: chargeKinds, chargeInterval: chargeIntervals, taxLiability: taxLiabilities, taxScopes }[
    type as "taxScopes"
  ];
  const foreign = (others ?? (type === "currency" ? ["USD", "EUR", "CHF"] : [])).filter(
    (value) => values && !values.some((each) => each.value === value),
  );
  const smallest = step(decimals ?? 2);
  const form = pattern(member);
  return [
    ...(isText || type === "lines" ? invalid(...(longest === undefined ? [] : [inList("5".repeat(longest + 1))])) : []),
    ...(isText || type === "lines" ? invalid(inList("a\0b"), inList("a\u001bb"), inList("a\u0080\ufffdb")) : []),
    ...(isText || type === "lines" ? invalid(...(blank ? [] : [inList("  ")])) : []),
    ...(form ? invalid(...["?", "letters"].filter((text) => !form.test(text))) : []),
    ...(mostItems === undefined ? [] : invalid(Array.from({ length: mostItems + 1 }, () => "1"))),
    ...(type === "decimal" ? invalid("twenty") : []),
    ...(type === "decimal" && least !== undefined ? invalid(subtractDecimals(String(least), smallest)) : []),
    ...(type === "decimal" && most !== undefined ? invalid(addDecimals(String(most), smallest)) : []),
    ...(decimals === undefined ? [] : invalid(addDecimals("1", step(decimals + 1)))),
    ...(digits === undefined ? [] : invalid(`1${"0".repeat(digits - 1)}.1`)),
    ...(moreThan === undefined ? [] : invalid(moreThan)),
    ...(notZero ? invalid("0") : []),
    ...(type === "integer" && least !== undefined ? invalid(Number(least) - 1) : []),
    ...(type === "integer" && most !== undefined ? invalid(Number(most) + 1) : []),
    ...(type === "date" ? invalid("2026-02-30") : []),
    ...(earliest === undefined ? [] : invalid("1969-12-31")),
    ...foreign.map((value) => [type === "taxScopes" ? [value] : value, "UNSUPPORTED"] as const),
  ];
}

/** A value of the type for a refused member: never one that means the same as nothing. */
export function anyValue({ type }: DeclaredMember): unknown {
  const samples: Readonly<Record<DeclaredMember["type"], unknown>> = {
    text: "text",
    email: "a@example.com",
    country: "DE",
    lines: ["line"],
    decimal: "2",
    integer: 3,
    date: "2026-01-31",
    currency: "EUR",
    boolean: true,
    chargeKind: "FEE",
    chargeInterval: "MONTHLY",
    taxLiability: "NOBODY",
    taxScopes: ["CALLS"],
    customerId: "1",
    planId: "1",
    serviceId: "1",
    chargeId: "1",
    taxIds: ["1"],
    parts: { interval: "MONTHLY" },
  };
  return samples[type];
}
