import { conditionsSchema } from "./conditions.ts";
import { dateForms } from "./hostedsuite/dates.ts";
import { textHabits } from "./table.ts";
import { listShapes } from "./v01/options.ts";

/** A setting for one point that the contracts leave open. */
export interface Switch {
  readonly name: string;
  /** The simulated backends that have it. */
  readonly kinds: readonly Kind[];
  /** "condition": set at runtime at /_sandbox/conditions; "option": given to startSandbox. */
  readonly set: "condition" | "option";
  readonly values: string;
  readonly byDefault: string;
  /** The open point: its place in the contract, and what is unknown there. */
  readonly standsFor: string;
}

const all = ["enswitch", "hostedsuite-v2", "hostedsuite-v3", "v01"] as const;
type Kind = (typeof all)[number];
const both: readonly Kind[] = ["hostedsuite-v2", "hostedsuite-v3"];
const enswitch: readonly Kind[] = ["enswitch"];
const v2: readonly Kind[] = ["hostedsuite-v2"];
const v3: readonly Kind[] = ["hostedsuite-v3"];
const v01: readonly Kind[] = ["v01"];

const row =
  (set: Switch["set"]) =>
  (name: string, kinds: readonly Kind[], values: string, byDefault: string, standsFor: string): Switch => ({
    name,
    kinds,
    set,
    values,
    byDefault,
    standsFor,
  });
const condition = row("condition");
const option = row("option");

/** All switches of the sandbox. The tables of docs/sandbox.md are made from this list; a test compares it with the code. */
export const switches: readonly Switch[] = [
  condition("clockOffsetMs", all, "milliseconds, ahead", "0", "The backend's clock need not be right."),
  condition(
    "charset",
    all,
    "iso-8859-1, iso-8859-1 undeclared, utf-8 as iso-8859-1",
    "UTF-8",
    "Enswitch 2.1: silent; HostedSuite and v01: not stated.",
  ),
  condition("texts", all, textHabits.join(", "), "none", "What databases and web forms do to texts: nowhere stated."),
  condition("textWidth", all, "characters", "unlimited", "Lengths of columns: v01 10 has some, the others are silent."),
  condition("codes", all, "upperCase", "as sent", "Whether references keep their case: nowhere stated."),
  condition("codeWidth", all, "characters", "unlimited", "Lengths of references: v01 10 only."),
  condition(
    "amounts",
    ["enswitch", ...both],
    "round, cut",
    "all decimals",
    "Enswitch 13.7, HostedSuite 13.13: rounding is open.",
  ),
  condition(
    "storedAs",
    all,
    "members with their values; null = lacking",
    "as sent",
    "Enswitch 15: `shared` is not stored unless system owner; others silent.",
  ),
  condition("listDelayMs", all, "milliseconds", "0", "Whether lists show a new record at once: nowhere stated."),
  condition("ids", all, "scattered", "growing", "v01 2.8: auto-incremented; Enswitch and HostedSuite: inferred."),
  condition(
    "filterCase",
    ["enswitch", ...both, "v01"],
    "exact",
    "ignored",
    "Enswitch 4.2 [?]; HostedSuite 13.10; v01 5.2 and A6.",
  ),
  condition("filterAccents", ["enswitch", ...both, "v01"], "ignored", "exact", "The same places: silent."),
  condition(
    "pageMaximum",
    ["enswitch", "hostedsuite-v3", "v01"],
    "rows",
    "none",
    "Enswitch 13.9; HostedSuite 13.13; v01 5.2: upper bounds are not stated.",
  ),
  condition(
    "beyondPageMaximum",
    ["enswitch", "hostedsuite-v3", "v01"],
    "refuse",
    "the page is cut",
    "v01 18: some servers refuse limits (V30); others silent.",
  ),
  condition(
    "unknownIds",
    all,
    "empty, error",
    "the contract's error",
    "v01 3.3.4: no known marker; HostedSuite 13.3; Enswitch 3.3: 404.",
  ),
  condition(
    "missingFunctions",
    all,
    "functions as in the call log",
    "all exist",
    "Enswitch 1.1 and 5.6; HostedSuite 15: /charges/all; v01: silent.",
  ),
  condition(
    "forbiddenFunctions",
    all,
    "functions as in the call log",
    "all allowed",
    "Enswitch 2.3: role privileges; HostedSuite 2.2; v01 2.2.",
  ),
  condition(
    "ignoredParameters",
    all,
    "names of parameters",
    "none",
    "HostedSuite 7.2 and v01 13.17: unknown filters are ignored without an error.",
  ),
  condition(
    "membersLeftOut",
    all,
    "names of members",
    "none",
    "Columns and members are inferred in many places (Enswitch 8, HostedSuite 5.4, v01 10).",
  ),
  condition("membersRenamed", all, "name: other name", "none", "v01 16.1: names of e-mail, phones and address are inferred."),
  condition(
    "membersReplaced",
    all,
    "name: value",
    "none",
    "Forms of values are silent in many places: HostedSuite 2.7, v01 2.5, Enswitch 12.1.",
  ),
  condition("membersAdded", all, "name: value", "none", "Releases add members: Enswitch 13.1."),
  option("httpStatusFollowsCode", enswitch, "true, false", "false", "3.2: how HTTP status and code relate is not told."),
  option("numericCodes", enswitch, "true, false", "false", "3.1: a string in every example, a number for one client."),
  option("rowStyle", enswitch, "mixed, strings", "mixed", "12.1: number forms vary."),
  option("pre40", enswitch, "true, false", "false", "12.10: defaults differ by version."),
  option(
    "parameters",
    enswitch,
    "both, query, form",
    "both",
    "2.1: the encoding of a POST is not stated; 15: public clients use the query string.",
  ),
  option(
    "timeZone",
    ["enswitch", ...both, "v01"],
    "IANA name",
    "none; UTC; UTC; UTC",
    "Enswitch 15: a customer's zone; HostedSuite 2.7: local times, inferred; v01 2.6: silent, A16.",
  ),
  option("timeZones", enswitch, "IANA name by customer id", "none", "15: each customer has a zone of its own."),
  option("absentNumber", enswitch, "a whole number", "1", "13.6: real defaults of charges/create."),
  option("zeroNumber", enswitch, "unlimited, refused", "unlimited", "13.6: the meaning of number = 0."),
  option("functions", enswitch, "chargesDelete, taxesGet, taxesDelete", "none of them", "1.1: pages not obtained."),
  option("tokens", enswitch, "expirySeconds, omitExpires", "3600, false", "2.2: default life span and forms are not shown."),
  option("datesOut", both, dateForms.join(", "), "plain; iso", "2.7: the format of dates is not documented."),
  option("bareEndDate", both, "midnight, wholeDay", "midnight", "2.7: whether EndDate includes its day is silent."),
  option("badCredentials", both, "401, 500", "500; 401", "3.2: status of bad credentials on v2 is silent."),
  option("missingMember", both, "400, 500", "400", "3.2: status of a missing member."),
  option("unparseableDate", both, "400, 500", "400", "3.2: status of a date that is none."),
  option("unknownId", both, "404, 500", "500; 404", "3.2: status of an unknown id."),
  option("requireQuantity", both, "true, false", "false; true", "5.1: whether v2 refuses a quantity of 0."),
  option("withoutRate", both, "null, zero", "null", "5.1: the cost where no rate exists."),
  option("cost", both, "line, unit", "line", "2.8: whether Cost is of the line or of a unit is not stated."),
  option("wrongVerb", v2, "404, 405", "404", "2.1: every request is a POST."),
  option("authenticateRefusal", v2, "error, authenticatedFalse", "error", "3.2: two forms are documented."),
  option("entityStatus", v2, "any text", "Active", "6.1: values are not documented."),
  option("chargeDescription", v2, "serviceName, none", "serviceName", "6.1: read-only, its content is silent."),
  option("listOrder", v2, "date, creation", "date", "5.2: no order is stated."),
  option("archivedClients", v2, "byId, listed, hidden", "byId", "4.6: whether lists have archived clients is silent."),
  option("neitherSwitch", v2, "empty, manual", "empty", "5.3: /charges/all without its switches."),
  option("memorizedListed", v2, "true, false", "true", "5.2: whether /charges has memorized ones is silent."),
  option("lists", v2, "replace, append", "replace", "4.5: lists of an update."),
  option("nameFilter", v2, "contains, exact", "contains", "4.2: exact or partial is silent."),
  option("clientNames", v2, "brief, full", "brief", "4.3: which members are filled is silent."),
  option("batch", v2, "true, false", "false", "8: the [] route is unverified."),
  option("largestPage", v3, "rows", "1000", "7.3: the maximum of countPerPage is silent."),
  option("deleteAnswer", v3, "200, 204", "204", "7.1: both are handled by the vendor's client."),
  option("zeroCost", v3, "sent, omitted", "sent", "7.4: whether a cost of 0 is left out."),
  option("edition", v01, "E1, E2, E3", "E3", "1: editions differ in filters and members."),
  option("createStatus", v01, "an HTTP status", "200", "A2: not documented."),
  option("listShape", v01, listShapes.join(", "), "array", "2.5: the JSON shape of lists is not known."),
  option("failureStatus", v01, "an HTTP status", "400", "A4: no HTTP status is listed."),
  option("unknownIdStatus", v01, "an HTTP status", "404", "A5: no marker for not found."),
  option("failureCodes", v01, "chosen, sibling", "chosen", "18: V24 and V21 are seen on the sibling gate."),
  option("messageEcho", v01, "true, false", "false", "18: messages may end in an echo of the request."),
  option("maximumLimit", v01, "rows", "1000", "A7: no upper bound is stated."),
  option("taxIncluded", v01, "true, false", "true", "16.6: is taxAmount part of amount?"),
  option("reverseReturns", v01, "new, original", "new", "16.7: what ~reverse returns."),
  option("scalars", v01, "native, text", "native", "2.5: value types in JSON are not known."),
  option("taxUnit", v01, "hundredths, percent", "hundredths", "16.10: the unit of TaxRate.value."),
  option("taxListId", v01, "any, known", "any", "9.1: what stands for [tax-id] where a list is asked for."),
  option("balanceSign", v01, "positiveOwes, negativeOwes", "positiveOwes", "16.13: sources contradict each other."),
  option("codeScope", v01, "account, merchant", "account", "2.8: a merchant's setting."),
  option("balancing", v01, "oldestFirst, invoicesFirst", "oldestFirst", "10.2: a merchant's setting."),
  option("authentication", v01, "basic, digest", "basic", '2.2: only "HTTP authentication" is documented.'),
];

/** The names of all conditions. */
export const conditionNames: readonly string[] = Object.keys(conditionsSchema.shape);
