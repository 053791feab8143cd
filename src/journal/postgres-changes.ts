import type { Ask } from "../store/engine.ts";
import { storeNow } from "../store/postgres-clock.ts";
import { wellFormedJson } from "../store/storable.ts";
import { byItself, gathering } from "./gathering.ts";
import type { Hold, Step } from "./model.ts";
import { changedColumns, listOf, OwnershipLostError, orChangeSteps, type Recorder } from "./recorder.ts";
import type { OperationChanges } from "./store.ts";
import { fromStep, stepColumns } from "./tables.ts";

/** Passes rows as one value, however many they are: a JSON array, whose members get their types from the table. */

export const givenSteps = listOf(stepColumns.map((column) => `given.${column}`));

export function stepsIn(place: number): string {
  return `json_populate_recordset(null::steps, $${place}) as given`;
}

export const stepRows = (operationId: string, steps: readonly Step[]) => steps.map((step) => fromStep(operationId, step));

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

interface Asked {
  readonly hold: Hold;
  readonly changes: OperationChanges;
  readonly steps: readonly Step[];
}

/** A change with more steps than these goes alone: a longer statement could exceed its time limit. */
const mostSteps = 20;

/** Combines changes of several operations at about the same time in one statement: see recordInPostgres. */
export function changeInPostgres(ask: Ask, refuses: (error: unknown) => boolean): Recorder["change"] {
  async function changeAlone({ hold: { id, owner, epoch }, changes, steps }: Asked): Promise<void> {
    const changed = changedColumns(changes);
    const values = [id, wellFormedJson(stepRows(id, steps)), epoch, owner, ...changed.values];
    // PostgreSQL cuts names off at 63 bytes ("Identifiers and Key Words"). This one has at most 55.
    const name = `change ${listOf(changed.columns)}`;
    const { rows } = await ask({ name, text: changeOperation(changed.columns), values });
    if (rows.length === 0) throw new OwnershipLostError();
  }

  async function changeTogether(asked: readonly Asked[]): Promise<readonly (undefined | Error | typeof byItself)[]> {
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

  const gathered = gathering<Asked, void>({ together: changeTogether, alone: changeAlone, mayBeOnes: refuses });
  return (hold, changes, steps) => {
    const asked = { hold, changes, steps };
    return steps.length > mostSteps ? changeAlone(asked) : gathered(asked);
  };
}

function changeRow({ hold, changes: { status, looks, completedAt, owner, nextLookAt } }: Asked) {
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
