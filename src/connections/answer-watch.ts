import type { KnownAnswers, KnownMembers } from "../adapter/doctoring/known-answers.ts";
import { isRow, type Row } from "../adapter/kit/reading.ts";
import type { CallObserver } from "./observer.ts";

/**
 * Notices when a backend begins to answer otherwise than it did and than its contract says, which an upgrade of it may do at any time.
 * The first answers of each function are taken to be usual; the doctor (src/doctor) tells of what was strange from the start.
 */

/**
 * "unknown_member": of no contract, and new. "vanished_member": came with every record, and comes no more. "shape": records stand elsewhere.
 * Told of what an adapter reads, see adapter/contained.ts: "not_understood": a member that is there and not understood. "left_out": rows of
 * a list that cannot be given.
 */
export type SurpriseKind = "unknown_member" | "vanished_member" | "shape" | "not_understood" | "left_out";

export interface Surprise {
  readonly function: string;
  readonly kind: SurpriseKind;
  /** The member, or where the records stand: names of the backend's, no values. */
  readonly what: string;
}

/** Told of the answers to reads that went well. */
export type AnswerWatch = (name: string, json: unknown) => void;

/** So many answers are looked at before anything is new. */
const usualAnswers = 20;
/** A member that came with fewer records is not known to come always. */
const usualRows = 50;
/** So many records in a row without it are no chance. */
const lackingRows = 10;
/** Of a long list: what is new in an answer is new in its first records. */
const rowsLookedAt = 10;
/** A bound on what a backend with names out of a random generator can make the process hold. */
const mostNames = 200;

interface Usual {
  answers: number;
  rows: number;
  readonly shapes: Set<string>;
  /** In lower case. */
  readonly names: Set<string>;
  /** Of the members that the gateway reads: how many records had them, and how many in a row have not. */
  readonly read: ReadonlyMap<string, { had: number; lacking: number }>;
  readonly namesIn: (row: Row) => ReadonlySet<string>;
}

/** The watch of a connection whose observer wants to know; null for others. */
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
    Object.entries(members).map(([name, each]) => [name, { contract: namesOf(each.known), usual: nothingYet(each) }]),
  );

  return (name, json) => {
    const watched = known.get(name);
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
    for (const row of found.rows.slice(0, rowsLookedAt)) {
      const there = usual.namesIn(row);
      usual.rows += 1;
      for (const member of there) {
        if (contract.has(member) || usual.names.has(member)) continue;
        if (isNews) tell("unknown_member", tellable(member));
        else if (usual.names.size < mostNames) usual.names.add(member);
      }
      for (const [member, count] of usual.read) {
        const isUsual = count.had >= usualRows && count.had === usual.rows - 1 - count.lacking;
        if (there.has(member)) {
          count.had += 1;
          // Not always there after all: chance, or it came back.
          if (count.lacking > 0 && count.lacking < lackingRows) count.lacking = Number.POSITIVE_INFINITY;
        } else if (isUsual) {
          count.lacking += 1;
          if (count.lacking >= lackingRows) tell("vanished_member", member);
        }
      }
    }
  };
}

function nothingYet({ needed, wanted }: KnownMembers): Usual {
  const read = new Map([...needed, ...wanted].map((member) => [member.toLowerCase(), { had: 0, lacking: 0 }]));
  return { answers: 0, rows: 0, shapes: new Set(), names: new Set(), read, namesIn: createNamesIn() };
}

/**
 * A member's name for the log, where it is one: words, with a number behind them at most. Backends also answer with objects whose
 * members are named after what they hold, and that is not for a log.
 */
function tellable(name: string): string {
  return name.length <= 40 && /^\.?[a-z_-]*\d{0,2}$|^(?:\[\]|\{\})$/i.test(name) ? name : "(a name that is not repeated)";
}

/** The names of a record's members. Those of one list mostly have the same: they are folded once. */
function createNamesIn(): (row: Row) => ReadonlySet<string> {
  let last: { readonly written: readonly string[]; readonly names: ReadonlySet<string> } = { written: [], names: new Set() };
  return (row) => {
    const written = Object.keys(row);
    const isSame = written.length === last.written.length && written.every((name, index) => name === last.written[index]);
    if (!isSame) last = { written, names: namesOf(written) };
    return last.names;
  };
}

const namesOf = (names: readonly string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));

/** The records of an answer, and the way to them: "[]", "items[]", "customers.customer[]". Null where there are none. */
function rowsIn(json: unknown, within: string | null): { readonly path: string; readonly rows: readonly Row[] } | null {
  const isWithin = within !== null && isRow(json) && within in json;
  const value = isWithin ? json[within] : json;
  return recordsOf(value, isWithin ? within : "", deepest);
}

const deepest = 2;

function recordsOf(value: unknown, path: string, depth: number): { readonly path: string; readonly rows: readonly Row[] } | null {
  if (Array.isArray(value)) {
    const rows = value.filter(isRow);
    // Deeper down there are lists of other things.
    return depth === deepest || rows.some(hasId) ? { path: `${path}[]`, rows } : null;
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
