import type { CallScope, Loaded } from "../../adapter/adapter.ts";
import { listEach, loadEach } from "../../adapter/kit/loading.ts";
import { type Row, rowIn } from "../../adapter/kit/reading.ts";
import { BillingError, notFound } from "../../model/errors.ts";
import type { Parameters, Session } from "./call.ts";
import { isId } from "./encode.ts";
import type { FieldPaths } from "./errors.ts";
import { createdId, readRows } from "./wire.ts";

/** What the verbs of all entities are made of. */

interface RowRead<T> {
  readonly function: string;
  readonly id: string;
  /** At the start of a sentence: "Customer 123". */
  readonly subject: string;
  readonly fields?: FieldPaths;
  readonly map: (row: Row) => T;
}

/** Reads one row: `data` is an object (guide 4.4, customers/get, charges/get, plans/get). */
export function getRow<T>(session: Session, read: RowRead<T>, scope: CallScope): Promise<T> {
  const decode = (data: unknown) => read.map(rowIn(data));
  const { function: functionName, id, subject, fields } = read;
  return session.call({ function: functionName, effect: "read", parameters: { id }, decode, subject, fields }, scope);
}

interface ListRead<T> {
  readonly function: string;
  readonly parameters: Parameters;
  readonly subject: string;
  readonly map: (row: Row) => T;
}

/** Reads the rows of a list, mapped. */
export function listRows<T>(session: Session, list: ListRead<T>, scope: CallScope): Promise<readonly T[]> {
  const decode = (data: unknown) => readRows(data).map(list.map);
  return session.call(
    { function: list.function, effect: "read", parameters: list.parameters, decode, subject: list.subject },
    scope,
  );
}

/** Each id once through `get`; ids that cannot exist cause no call. */
export function getEach<T>({ atOnce }: Session, ids: readonly string[], get: (id: string) => Promise<T>): Promise<Loaded<T>[]> {
  return loadEach(ids, { isPossible: isId, atOnce, load: get });
}

/**
 * Lists of one owner each; a failure stays with its owner. List functions say 400 for an owner that does not
 * exist or is not visible (guide 4.4): the owner is the only thing that was asked for.
 */
export function listOfEach<T>(
  { backend, atOnce }: Session,
  owners: readonly string[],
  noun: string,
  list: (owner: string) => Promise<T>,
): Promise<readonly (T | BillingError)[]> {
  const absent = (owner: string) => notFound(backend, `${noun} ${owner}`);
  return listEach(owners, atOnce, async (owner) => {
    if (!isId(owner)) throw absent(owner);
    return list(owner).catch((failure: unknown) => {
      throw isRefusedOwner(failure) ? absent(owner).with({ backendCode: "400" }) : failure;
    });
  });
}

/** A list's answer to an owner that does not exist or is not visible, see listEach. */
export function isRefusedOwner(failure: unknown): boolean {
  return failure instanceof BillingError && failure.code === "INVALID_INPUT" && failure.backendCode === "400";
}

export interface Change {
  readonly function: string;
  readonly parameters: Parameters;
  /** At the start of a sentence: "Customer 123". */
  readonly subject: string;
  readonly fields?: FieldPaths | undefined;
  readonly problem?: string | undefined;
}

/** Sends a write that answers with nothing (code 204). */
export function sendChange(session: Session, change: Change, scope: CallScope): Promise<void> {
  return session.call({ ...change, effect: "write", decode: () => undefined }, scope);
}

/** Sends a create; the new id. */
export function sendCreate(session: Session, change: Change, scope: CallScope): Promise<string> {
  return session.call({ ...change, effect: "write", decode: createdId }, scope);
}

/** The dry run of a create or update: changes nothing and answers with 201 (guide 4.4, charges and taxes), so a read. */
export function dryRun(session: Session, change: Change, scope: CallScope): Promise<void> {
  const parameters = { ...change.parameters, validation: "1" };
  return session.call({ ...change, parameters, effect: "read", answer: "validation", decode: () => undefined }, scope);
}

/** The object that an earlier step has made. */
export function madeBefore(id: string | null): string {
  if (id === null) throw new BillingError("INTERNAL", "A step was sent before the one that creates its object.");
  return id;
}
