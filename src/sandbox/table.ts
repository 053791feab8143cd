import type { Conditions } from "./conditions.ts";
import type { Columns } from "./storing.ts";

/** Access to records of one kind as a person at the backend's own screens has it: past the API and its rules. */
export interface RecordsByHand {
  /** The record as stored; undefined = there is none. */
  readonly get: (id: string) => object | undefined;
  /** False = there is no such record. */
  readonly edit: (id: string, members: object) => boolean;
  readonly remove: (id: string) => boolean;
}

export const byHand = <Id, Row extends object>(table: Table<Id, Row>, readId: (text: string) => Id): RecordsByHand => ({
  get: (id) => table.get(readId(id)),
  edit: (id, members) => table.edit(readId(id), members),
  remove: (id) => table.delete(readId(id)),
});

/** Records by id. The backend's conditions decide how they are stored and when they are listed. */
export class Table<Id, Row extends object> extends Map<Id, Row> {
  readonly #conditions: Conditions;
  readonly #columns: Columns;
  readonly #hiddenUntil = new Map<Id, number>();

  constructor(conditions: Conditions, columns: Columns = {}) {
    super();
    this.#conditions = conditions;
    this.#columns = columns;
  }

  /** The conditions of the backend that has these records. */
  get conditions(): Conditions {
    return this.#conditions;
  }

  override set(id: Id, record: Row): this {
    const existing = this.get(id);
    const until = existing === undefined ? this.#conditions.hiddenUntil() : null;
    if (until !== null) this.#hiddenUntil.set(id, until);
    return super.set(id, this.#conditions.stored(record, this.#columns, existing));
  }

  override delete(id: Id): boolean {
    this.#hiddenUntil.delete(id);
    return super.delete(id);
  }

  /** Some members of a new record as the backend would store them. */
  asStored<Part extends Partial<Row>>(members: Part): Part {
    return this.#conditions.stored(members, this.#columns);
  }

  /** The records that lists show by now. */
  listed(): Row[] {
    return this.#hiddenUntil.size === 0
      ? [...this.values()]
      : [...this].flatMap(([id, record]) => (this.isListed(id) ? record : []));
  }

  isListed(id: Id): boolean {
    return performance.now() >= (this.#hiddenUntil.get(id) ?? 0);
  }

  /** Stores members as they are given, past the conditions. False = there is no such record. */
  edit(id: Id, members: Partial<Row>): boolean {
    const record = this.get(id);
    if (record !== undefined) super.set(id, { ...record, ...members });
    return record !== undefined;
  }
}
