import type { KnownAnswers, KnownMembers } from "../adapter/doctoring/diagnosis.ts";
import { isRow, type Row } from "../adapter/kit/reading.ts";
import type { CallObserver } from "./observer.ts";

/**
 * Notices when a backend's answers change, against its earlier answers and against its contract: an upgrade may do that at any time.
 * The first answers of each function count as usual; the doctor (src/doctor) reports what was strange from the start.
 */

/**
 * "unknown_member": new, and not in the contract. "vanished_member": came with every record, and is gone. "shape": the records are in
 * another place. Two kinds come from adapters, see adapter/contained.ts: "not_understood": a member is present but not understood.
 * "left_out": rows of a list cannot be shown.
 */
type SurpriseKind = "unknown_member" | "vanished_member" | "shape" | "not_understood" | "left_out";

export interface Surprise {
  readonly function: string;
  readonly kind: SurpriseKind;
  /** The member, or the path of the records: the backend's names, no values. */
  readonly what: string;
}

/**
 * Called with the answers of successful reads.
 *
 * @param isRepeated the answer came before, byte for byte
 */
export type AnswerWatch = (name: string, json: unknown, isRepeated?: boolean) => void;

/** Nothing counts as new before this many answers. */
const usualAnswers = 20;
/** A member must come with this many records in a row before it counts as always present. */
const usualRows = 50;
/** After this many records in a row without it, a member has vanished. */
const lackingRows = 10;
/** Records per answer that are checked: news shows in the first ones. */
const rowsLookedAt = 10;
/** A limit on memory, in case a backend uses random member names. */
const mostNames = 200;

interface Usual {
  answers: number;
  rows: number;
  readonly shapes: Set<string>;
  /** In lower case. */
  readonly names: Set<string>;
  readonly formOf: (row: Row) => Form;
}

/** A member that the gateway reads: how many records had it, and how many in a row lack it. */
interface Counted {
  readonly member: string;
  readonly count: { had: number; lacking: number };
}

/** Records with the same members in the same order. */
interface Form {
  readonly written: readonly string[];
  /** In lower case. */
  readonly names: ReadonlySet<string>;
  readonly present: readonly Counted[];
  readonly absent: readonly Counted[];
  /** No member of it is reported as new, now or later. */
  isUsual: boolean;
}

/** The watch of a connection whose observer wants to know; null for other connections. */
export function answerWatchOf(settings: {
  readonly backend: string;
  readonly observer?: CallObserver | undefined;
  readonly knownAnswers?: KnownAnswers | undefined;
}): AnswerWatch | null {
  const { backend, observer, knownAnswers } = settings;
  if (!knownAnswers || !observer) return null;
  return watchAnswers(knownAnswers, (surprise) => observer.surprised({ ...surprise, backend }));
}

export function watchAnswers({ within, members }: KnownAnswers, surprised: (surprise: Surprise) => void): AnswerWatch {
  const known = new Map(
    Object.entries(members).map(([name, each]) => [
      name,
      { contract: new Set(each.known.map((member) => member.toLowerCase())), usual: nothingYet(each) },
    ]),
  );

  return (name, json, isRepeated = false) => {
    const watched = known.get(name);
    if (isRepeated) {
      // It has nothing new, but it is one more usual answer.
      if (watched) watched.usual.answers += 1;
      return;
    }
    const found = watched && rowsIn(json, within);
    if (!watched || !found || found.rows.length === 0) return;
    const { contract, usual } = watched;
    const isNews = usual.answers >= usualAnswers;
    const tell = (kind: SurpriseKind, what: string): void => surprised({ function: name, kind, what });
    if (isNews && !usual.shapes.has(found.path))
      tell(
        "shape",
        found.path
          .split(/(?=[.[])/)
          .map(tellable)
          .join(""),
      );
    else if (usual.shapes.size < mostNames) usual.shapes.add(found.path);
    usual.answers += 1;
    for (const row of found.rows) {
      const form = usual.formOf(row);
      usual.rows += 1;
      if (!form.isUsual) {
        form.isUsual = true;
        for (const member of form.names) {
          if (contract.has(member) || usual.names.has(member)) continue;
          if (isNews) tell("unknown_member", tellable(member));
          else if (usual.names.size < mostNames) usual.names.add(member);
          form.isUsual &&= usual.names.has(member);
        }
      }
      for (const { count } of form.present) {
        count.had += 1;
        // Not always present after all: it vanished by chance, or it came back.
        if (count.lacking > 0 && count.lacking < lackingRows) count.lacking = Number.POSITIVE_INFINITY;
      }
      for (const { member, count } of form.absent) {
        const wasAlwaysThere = count.had >= usualRows && count.had === usual.rows - 1 - count.lacking;
        if (!wasAlwaysThere) continue;
        count.lacking += 1;
        if (count.lacking >= lackingRows) tell("vanished_member", member);
      }
    }
  };
}

function nothingYet({ needed, wanted }: KnownMembers): Usual {
  const members = new Set([...needed, ...wanted].map((member) => member.toLowerCase()));
  const read = Array.from(members, (member) => ({ member, count: { had: 0, lacking: 0 } }));
  return { answers: 0, rows: 0, shapes: new Set(), names: new Set(), formOf: createForms(read) };
}

/**
 * Returns a member's name for the log if it looks like a name: words, followed by two digits at most. Some backends answer with objects
 * whose members are named after values, which must not be logged.
 */
function tellable(name: string): string {
  return name.length <= 40 && /^\.?[a-z_-]*\d{0,2}$|^(?:\[\]|\{\})$/i.test(name) ? name : "(a name that is not repeated)";
}

/** Records of one list have few different sets of members, so the forms that come most are remembered. */
function createForms(read: readonly Counted[]): (row: Row) => Form {
  const forms: Form[] = [];
  return (row) => {
    for (const [place, form] of forms.entries()) {
      if (!isOfForm(row, form)) continue;
      // What comes often moves to the front.
      const before = forms[place - 1];
      if (before) [forms[place - 1], forms[place]] = [form, before];
      return form;
    }
    const written = Object.keys(row);
    const names = new Set(written.map((name) => name.toLowerCase()));
    const [present, absent] = [read.filter(({ member }) => names.has(member)), read.filter(({ member }) => !names.has(member))];
    const form: Form = { written, names, present, absent, isUsual: false };
    if (forms.length === mostForms) forms.pop();
    forms.push(form);
    return form;
  };
}

function isOfForm(row: Row, { written }: Form): boolean {
  let place = 0;
  for (const name in row) {
    if (written[place] !== name) return false;
    place += 1;
  }
  return place === written.length;
}

/** Five members that may be absent make as many. */
const mostForms = 32;

/** Finds the first records of an answer and their path: "[]", "items[]", "customers.customer[]". Null if there are none. */
function rowsIn(json: unknown, within: string | null): { readonly path: string; readonly rows: readonly Row[] } | null {
  const isWithin = within !== null && isRow(json) && within in json;
  const value = isWithin ? json[within] : json;
  return recordsOf(value, isWithin ? within : "", deepest);
}

const deepest = 2;

function recordsOf(value: unknown, path: string, depth: number): { readonly path: string; readonly rows: readonly Row[] } | null {
  if (Array.isArray(value)) {
    // Further down, a list without ids holds other things.
    if (depth !== deepest && !value.some((each) => isRow(each) && hasId(each))) return null;
    return { path: `${path}[]`, rows: value.slice(0, rowsLookedAt).filter(isRow) };
  }
  if (!isRow(value)) return null;
  if (hasId(value)) return { path: path === "" ? "{}" : path, rows: [value] };
  if (depth === 0) return null;
  for (const [name, part] of Object.entries(value)) {
    if (typeof part !== "object" || part === null) continue;
    const found = recordsOf(part, path === "" ? name : `${path}.${name}`, depth - 1);
    if (found) return found;
  }
  return null;
}

const hasId = (row: Row): boolean => "id" in row || "Id" in row;
