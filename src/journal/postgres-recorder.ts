import { CompiledQuery } from "kysely";
import {
  type Ask,
  type Database,
  type LastSeen,
  type PreparedStatements,
  storeNow,
  type Transact,
  unconfirmedTimeline,
  wellFormedJson,
} from "../store/engine.ts";
import { lockOf, refuseAlike } from "./alike.ts";
import { byItself, gathering } from "./gathering.ts";
import type { Hold, Operation, Step } from "./model.ts";
import {
  changedColumns,
  listOf,
  OwnershipLostError,
  orChangeSteps,
  type RecordConditions,
  type Recorder,
  RunLostError,
  storeChanged,
  unlessKeyExists,
} from "./recorder.ts";
import type { OperationChanges } from "./store.ts";
import { fromOperation, fromStep, operationColumns, stepColumns, type Tables } from "./tables.ts";

/** Passes rows as one value, however many they are: a JSON array, whose members get their types from the table. */

const givenSteps = listOf(stepColumns.map((column) => `given.${column}`));

function stepsIn(place: number): string {
  return `json_populate_recordset(null::steps, $${place}) as given`;
}

const stepRows = (operationId: string, steps: readonly Step[]) => steps.map((step) => fromStep(operationId, step));

/**
 * Updates the operation before its steps, and the steps only if the operation was changed. A statement that had to wait for the
 * row's lock checks the row's new version (PostgreSQL, "Read Committed Isolation Level"), so after a claim by another holder it
 * changes nothing.
 */
const changeOperation = (columns: readonly string[]): string => `
  with changed as (
    update operations set (${listOf(["updated_at", ...columns])}) = row(${listOf([storeNow, ...columns.map((_, index) => `$${index + 5}`)])})
    where id = $1 and epoch = $3 and owner = $4 returning id
  ), its_steps as (
    insert into steps (${listOf(stepColumns)}) select ${givenSteps} from changed, ${stepsIn(2)} ${orChangeSteps}
  )
  select id from changed`;

/** The same for several operations, each with its own changes. */
const changeOperations = `
  with changed as (
    update operations set
      updated_at = ${storeNow},
      status = coalesce(given.status, operations.status),
      looks = coalesce(given.looks, operations.looks),
      completed_at = case when given.sets_completed_at then given.completed_at else operations.completed_at end,
      owner = case when given.sets_owner then given.owner else operations.owner end,
      next_look_at = case when given.sets_next_look_at then given.next_look_at else operations.next_look_at end
    from json_to_recordset($1) as given (
      id text, held_epoch integer, held_by text, status text, looks integer, completed_at text, sets_completed_at boolean,
      owner text, sets_owner boolean, next_look_at text, sets_next_look_at boolean
    )
    where operations.id = given.id and operations.epoch = given.held_epoch and operations.owner = given.held_by
    returning operations.id
  ), its_steps as (
    insert into steps (${listOf(stepColumns)})
    select ${givenSteps} from changed, ${stepsIn(2)} where given.operation_id = changed.id ${orChangeSteps}
  )
  select id from changed`;

interface AskedChange {
  readonly hold: Hold;
  readonly changes: OperationChanges;
  readonly steps: readonly Step[];
}

/** An operation or a change with more steps than these goes alone: a longer statement could exceed its time limit. */
const mostSteps = 20;

/** Combines changes of several operations at about the same time in one statement: see recordInPostgres. */
function changeInPostgres(ask: Ask, refuses: (error: unknown) => boolean): Recorder["change"] {
  async function changeAlone({ hold: { id, owner, epoch }, changes, steps }: AskedChange): Promise<void> {
    const changed = changedColumns(changes);
    const values = [id, wellFormedJson(stepRows(id, steps)), epoch, owner, ...changed.values];
    // PostgreSQL cuts names off at 63 bytes ("Identifiers and Key Words"). This one has at most 55.
    const name = `change ${listOf(changed.columns)}`;
    const { rows } = await ask({ name, text: changeOperation(changed.columns), values });
    if (rows.length === 0) throw new OwnershipLostError();
  }

  async function changeTogether(asked: readonly AskedChange[]): Promise<readonly (undefined | Error | typeof byItself)[]> {
    const [only] = asked;
    if (only && asked.length === 1) return [await changeAlone(only).then(() => undefined)];
    // One statement can change a row once only. Sorted, so that two processes do not deadlock.
    const firsts = [...new Map(asked.toReversed().map((each) => [each.hold.id, each])).values()];
    const some = firsts.toSorted((left, right) => (left.hold.id < right.hold.id ? -1 : 1));
    const steps = some.flatMap((each) => stepRows(each.hold.id, each.steps));
    // Without a name, so that PostgreSQL plans it each time: a run makes the tables grow a lot.
    const { rows } = await ask({ text: changeOperations, values: [wellFormedJson(some.map(changeRow)), wellFormedJson(steps)] });
    const changed = new Set((rows as { readonly id: string }[]).map(({ id }) => id));
    const isDone = new Set(some);
    return asked.map((each) => {
      if (!isDone.has(each)) return byItself;
      return changed.has(each.hold.id) ? undefined : new OwnershipLostError();
    });
  }

  const gathered = gathering<AskedChange, void>({ together: changeTogether, alone: changeAlone, mayBeOnes: refuses });
  return (hold, changes, steps) => {
    const asked = { hold, changes, steps };
    return steps.length > mostSteps ? changeAlone(asked) : gathered(asked);
  };
}

function changeRow({ hold, changes: { status, looks, completedAt, owner, nextLookAt } }: AskedChange) {
  return {
    id: hold.id,
    held_epoch: hold.epoch,
    held_by: hold.owner,
    status,
    looks,
    completed_at: completedAt,
    sets_completed_at: completedAt !== undefined,
    owner,
    sets_owner: owner !== undefined,
    next_look_at: nextLookAt,
    sets_next_look_at: nextLookAt !== undefined,
  };
}

/** All but `updated_at`, which the server sets itself. */
const givenColumns = operationColumns.filter((column) => column !== "updated_at");

/** @param among limits the operations of $1 that are recorded: the end of the condition */
const recordOperations = (among: string): string => `
  lost as materialized (
    select operation_id from json_to_recordset($5) as held (operation_id text collate "C", run_id text, held_by text, held_epoch integer)
    where not exists (select from runs where runs.id = held.run_id and runs.owner = held.held_by and runs.epoch = held.held_epoch)
  ), recorded as (
    insert into operations (updated_at, ${listOf(givenColumns)})
    select ${storeNow}, ${listOf(givenColumns.map((column) => `given.${column}`))}
    from marked, json_populate_recordset(null::operations, $1) as given
    where given.id <> all (array(select operation_id from lost)) ${among}
    ${unlessKeyExists} returning id, created_at, updated_at
  ), its_steps as (
    insert into steps (${listOf(stepColumns)})
    select ${givenSteps} from recorded, ${stepsIn(2)} where given.operation_id = recorded.id
  ), its_backends as (
    insert into operation_backends (operation_id, backend, created_at)
    select distinct recorded.id, given.backend, recorded.created_at
    from recorded, ${stepsIn(2)} where given.operation_id = recorded.id
  )`;

const marked = `
  marked as (
    select from continuity where generation = $3 and count >= $4::bigint and suspicion is null
      and coalesce(timeline = ${unconfirmedTimeline}, true)
    union all select where $3::text is null
  )`;

/** Answers with the operations whose run is lost ($5), and whether the store still is what it was. */
const whyNot = `
  select operation_id as id, null as updated_at, true as is_lost, false as has_mark from lost
  union all select null, null, false, exists (select from marked)`;

/** Any number of operations with their steps. One whose key exists is left out. */
const recordAll = `with ${marked}, ${recordOperations("")}
  select id, updated_at, false as is_lost, true as has_mark from recorded union all ${whyNot}`;

/**
 * Records those operations whose likenesses ($6) no step has and no other transaction is recording: see the migration. Answers with
 * them, also where their key exists already.
 */
const recordUnused = `with ${marked}, unused as materialized (
    select operation_id from json_to_recordset($6) as given (operation_id text collate "C", likeness text, its_lock bigint)
    group by operation_id having bool_and(lock_unused_likeness(likeness, its_lock))
  ), ${recordOperations("and given.id = any (array(select operation_id from unused))")}
  select unused.operation_id as id, recorded.updated_at, false as is_lost, false as has_mark
  from unused left join recorded on recorded.id = unused.operation_id union all ${whyNot}`;

interface Recorded {
  readonly id: string | null;
  readonly updated_at: string | null;
  readonly is_lost: boolean;
  readonly has_mark: boolean;
}

interface Asked extends RecordConditions {
  readonly operation: Operation;
}

/**
 * Records all rows in one statement, which is a transaction by itself: one round trip instead of one per table, begin and commit.
 * The statement has a name, so a connection's server parses it once. Therefore it must not return all columns of a table: a newer
 * version's migration may add one (PostgreSQL, "cached plan must not change result type").
 *
 * Operations that come at about the same time are recorded together. Each commit waits for the disk, and commits that notify wait
 * for each other (PostgreSQL's source, PreCommit_Notify: the lock is kept until the commit), so many separate commits at once
 * would take as long as one after another.
 */
export function recordInPostgres(
  { ask, refuses }: Extract<PreparedStatements, { dialect: "postgres" }>,
  transact: Transact,
  lastSeen: LastSeen,
): Recorder {
  const valuesOf = (asked: readonly Asked[]) => {
    const { mark } = lastSeen;
    // Sorted: two processes that record the same keys must not deadlock.
    const operations = asked.map(({ operation }) => operation).sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
    const steps = operations.flatMap((each) => stepRows(each.id, each.steps));
    const held = asked.flatMap(({ operation, heldRun }) => (heldRun ? [heldRow(operation, heldRun)] : []));
    return [
      wellFormedJson(operations.map(fromOperation)),
      wellFormedJson(steps),
      mark?.generation ?? null,
      mark?.count ?? null,
      wellFormedJson(held),
    ];
  };

  /** The operations as they were recorded, or why they were not, by id. Throws if the store has lost something. */
  function recordedOf(asked: readonly Asked[], rows: readonly Recorded[]): ReadonlyMap<string, Operation | RunLostError> {
    if (!rows.some(({ has_mark }) => has_mark)) throw storeChanged(lastSeen);
    const times = new Map(rows.flatMap(({ id, updated_at: at }) => (id === null || at === null ? [] : [[id, at] as const])));
    const lost = new Set(rows.flatMap(({ id, is_lost }) => (is_lost ? id : [])));
    return new Map<string, Operation | RunLostError>(
      asked.flatMap(({ operation }): [string, Operation | RunLostError][] => {
        const updatedAt = times.get(operation.id);
        if (lost.has(operation.id)) return [[operation.id, new RunLostError()]];
        return updatedAt === undefined ? [] : [[operation.id, { ...operation, updatedAt }]];
      }),
    );
  }

  const record = async (asked: readonly Asked[]) =>
    recordedOf(asked, (await ask({ name: "record", text: recordAll, values: valuesOf(asked) })).rows);

  const recordIn = async (transaction: Database, asked: readonly Asked[]) => {
    const { rows } = await transaction.executeQuery<Recorded>(CompiledQuery.raw(recordAll, valuesOf(asked)));
    return recordedOf(asked, rows);
  };

  async function recordAlone(asked: Asked): Promise<Operation | null> {
    const { operation, unlessAlike } = asked;
    const recorded = unlessAlike
      ? await transact(async (transaction) => {
          await refuseAlike(transaction.withTables<Tables>(), unlessAlike);
          return recordIn(transaction, [asked]);
        })
      : await record([asked]);
    const answer = recorded.get(operation.id) ?? null;
    if (answer instanceof RunLostError) throw answer;
    return answer;
  }

  /**
   * Records the operations that certainly look like no other charge: no other transaction holds their likenesses, and no step has
   * ever had them. Leaves the others to `refuseAlike`, each alone: it may have to wait for another process.
   */
  async function recordUnlike(asked: readonly Asked[]): Promise<readonly (Operation | null | RunLostError | typeof byItself)[]> {
    const apart = unlikeEachOther(asked);
    const likenesses = apart.flatMap((each) =>
      likenessesOf(each).map((likeness) => ({ operation_id: each.operation.id, likeness, its_lock: lockOf(likeness) })),
    );
    const values = [...valuesOf(apart), wellFormedJson(likenesses)];
    const rows: readonly Recorded[] = (await ask({ name: "record unused", text: recordUnused, values })).rows;
    const recorded = recordedOf(apart, rows);
    const unused = new Set(rows.map(({ id }) => id));
    return asked.map(({ operation }) => (unused.has(operation.id) ? (recorded.get(operation.id) ?? null) : byItself));
  }

  const recordPlain = gathering<Asked, Operation | null>({
    together: async (asked) => {
      const recorded = await record(asked);
      return asked.map(({ operation }) => recorded.get(operation.id) ?? null);
    },
    alone: recordAlone,
    mayBeOnes: refuses,
  });
  const recordGuarded = gathering<Asked, Operation | null>({ together: recordUnlike, alone: recordAlone, mayBeOnes: refuses });

  return {
    record: (operation, conditions) => {
      const asked = { operation, ...conditions };
      if (operation.steps.length > mostSteps) return recordAlone(asked);
      return asked.unlessAlike && likenessesOf(asked).length > 0 ? recordGuarded(asked) : recordPlain(asked);
    },
    change: changeInPostgres(ask, refuses),
  };
}

function heldRow({ id }: Operation, { id: runId, owner, epoch }: Hold) {
  return { operation_id: id, run_id: runId, held_by: owner, held_epoch: epoch };
}

function keyOf({ once, idempotencyKey }: Operation): string {
  return once?.key ?? idempotencyKey;
}

/** The likenesses that it must not meet, and its own. */
function likenessesOf({ operation, unlessAlike }: Asked): readonly string[] {
  return [...new Set([...(unlessAlike?.likenesses ?? []), ...operation.steps.flatMap(({ likeness }) => likeness ?? [])])];
}

/** Keeps the first one of operations that look like each other. */
function unlikeEachOther(asked: readonly Asked[]): Asked[] {
  const taken = new Set<string>();
  return asked.filter((each) => {
    const own = likenessesOf(each);
    if (own.some((likeness) => taken.has(likeness))) return false;
    for (const likeness of own) taken.add(likeness);
    return true;
  });
}
