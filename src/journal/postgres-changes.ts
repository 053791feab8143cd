import type { Ask } from "../store/engine.ts";
import { storeNow } from "../store/postgres-clock.ts";
import { byItself, gathering } from "./gathering.ts";
import type { Hold, Step } from "./model.ts";
import { givenSteps, jsonOf, stepRows, stepsIn } from "./postgres-rows.ts";
import { changedColumns, listOf, OwnershipLostError, orChangeSteps, type Recorder } from "./recorder.ts";
import { stepColumns } from "./rows.ts";
import type { OperationChanges } from "./store.ts";

/**
 * Steps hang on the operation's row, which is thus locked before theirs: a statement that had to wait for that lock looks at the
 * row's new version (PostgreSQL, "Read Committed Isolation Level"), so that one that comes after a claim changes nothing.
 */
const changeOperation = (columns: readonly string[]): string => `
  with changed as (
    update operations set (${listOf(["updated_at", ...columns])}) = row(${listOf([storeNow, ...columns.map((_, index) => `$${index + 5}`)])})
    where id = $1 and epoch = $3 and owner = $4 returning id
  ), its_steps as (
    insert into steps (${listOf(stepColumns)}) select ${givenSteps} from changed, ${stepsIn(2)} ${orChangeSteps}
  )
  select id from changed`;

/** The same of several operations, each of which changes in members of its own. */
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

/** More steps than these are saved by themselves: a statement must not grow beyond the time that it is given. */
const mostSteps = 20;

/** Changes of several operations at about the same time are one statement: see recordInPostgres. */
export function changeInPostgres(ask: Ask, refuses: (error: unknown) => boolean): Recorder["change"] {
  async function changeAlone({ hold: { id, owner, epoch }, changes, steps }: Asked): Promise<void> {
    const changed = changedColumns(changes);
    const values = [id, jsonOf(stepRows(id, steps)), epoch, owner, ...changed.values];
    // Names are cut off at 63 bytes (PostgreSQL, "Identifiers and Key Words"): this one has 55 at most.
    const name = `change ${listOf(changed.columns)}`;
    const { rows } = await ask({ name, text: changeOperation(changed.columns), values });
    if (rows.length === 0) throw new OwnershipLostError();
  }

  async function changeTogether(asked: readonly Asked[]): Promise<readonly (undefined | Error | typeof byItself)[]> {
    const [only] = asked;
    if (only && asked.length === 1) return [await changeAlone(only).then(() => undefined)];
    // A statement changes a row once. In one order, so that two processes do not wait for each other crosswise.
    const firsts = [...new Map(asked.toReversed().map((each) => [each.hold.id, each])).values()];
    const some = firsts.toSorted((left, right) => (left.hold.id < right.hold.id ? -1 : 1));
    const steps = some.flatMap((each) => stepRows(each.hold.id, each.steps));
    // Without a name: planned each time for the tables as they are, which grow a lot while a run is carried out.
    const { rows } = await ask({ text: changeOperations, values: [jsonOf(some.map(changeRow)), jsonOf(steps)] });
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
