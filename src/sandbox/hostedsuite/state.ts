import type { Conditions } from "../conditions.ts";
import { type Columns, columnsOf, type RecordsByHand, Table } from "../table.ts";
import type { LocalTime } from "./dates.ts";
import type {
  CenterFields,
  ChargeFields,
  ClientFields,
  ContactFields,
  ContractFields,
  ServiceFields,
  Stamp,
  TaxFields,
  User,
} from "./records.ts";

export type StoredRecord<Fields> = Stamp & Fields;

export interface StampDates {
  readonly created: LocalTime;
  readonly modified: LocalTime;
  readonly archived: LocalTime | null;
}

/** Records of one kind by id, in the order of their creation. A change replaces a record instead of mutating it. */
export interface Collection<Fields extends object> {
  readonly all: ReadonlyMap<string, StoredRecord<Fields>>;
  /** `dates` default to now; seed data gives its own. */
  readonly add: (fields: Fields, user: User, dates?: StampDates) => StoredRecord<Fields>;
  readonly change: (record: StoredRecord<Fields>, fields: Partial<Fields>, user: User) => StoredRecord<Fields>;
  /** Keeps the first date of archiving if it is called again. */
  readonly archive: (record: StoredRecord<Fields>, user: User) => StoredRecord<Fields>;
  readonly restore: (record: StoredRecord<Fields>, user: User) => StoredRecord<Fields>;
  readonly remove: (id: string) => void;
  /** The records that lists show by now, including archived ones. */
  readonly listed: () => StoredRecord<Fields>[];
  /** Those of them with this value in a member; see Table. */
  readonly listedWith: <Member extends keyof StoredRecord<Fields>>(
    member: Member,
    value: StoredRecord<Fields>[Member],
  ) => StoredRecord<Fields>[];
  readonly listedOf: (ids: ReadonlySet<string>) => StoredRecord<Fields>[];
  /** Changes by `user` at the suite's screens, which note who has changed a record and when. */
  readonly byHand: (user: User) => RecordsByHand;
}

export interface Store {
  readonly clients: Collection<ClientFields>;
  readonly contacts: Collection<ContactFields>;
  readonly charges: Collection<ChargeFields>;
  readonly services: Collection<ServiceFields>;
  readonly taxes: Collection<TaxFields>;
  readonly contracts: Collection<ContractFields>;
  readonly centers: Collection<CenterFields>;
  /** Names by id. */
  readonly industries: ReadonlyMap<string, string>;
  /** Ids of parts of records: phone numbers, e-mail addresses, links. */
  readonly nextId: () => string;
}

/** A live view of the stored records by id, for tests. */
export interface State {
  readonly clients: ReadonlyMap<string, StoredRecord<ClientFields>>;
  readonly contacts: ReadonlyMap<string, StoredRecord<ContactFields>>;
  readonly charges: ReadonlyMap<string, StoredRecord<ChargeFields>>;
  readonly services: ReadonlyMap<string, StoredRecord<ServiceFields>>;
  readonly taxes: ReadonlyMap<string, StoredRecord<TaxFields>>;
  readonly contracts: ReadonlyMap<string, StoredRecord<ContractFields>>;
  readonly centers: ReadonlyMap<string, StoredRecord<CenterFields>>;
}

/** Enough for any test, and a limit to what a runaway client can store. */
const mostRecords = 1_000_000;

const industryNames = ["Legal services", "Software", "Health care", "Construction", "Consulting"];

/** The kinds of members: texts of people, codes and amounts. */
const columns = {
  clients: columnsOf({ text: "name address", code: "thirdPartyAccountId referenceId" }),
  contacts: columnsOf({ text: "firstName lastName" }),
  charges: columnsOf({ text: "notes description", amount: "cost" }),
  taxes: columnsOf({ text: "name", amount: "rate" }),
};

/** An empty store. `idPrefix` is the first 18 hexadecimal characters of every id; `now` the wall clock that stamps records. */
export function createStore(idPrefix: string, now: () => LocalTime, conditions: Conditions): Store {
  let issued = 0;
  const nextId = (): string => {
    issued += 1;
    // Scattered: each id is below all existing ones.
    if (conditions.inForce().ids === "scattered") return (0xffffff - issued).toString(16).padStart(24, "0");
    return idPrefix + issued.toString(16).padStart(6, "0");
  };
  const collection = <Fields extends object>(kept: Columns = {}): Collection<Fields> =>
    createCollection(new Table(conditions, kept), nextId, now);
  return {
    clients: collection(columns.clients),
    contacts: collection(columns.contacts),
    charges: collection(columns.charges),
    services: collection(),
    taxes: collection(columns.taxes),
    contracts: collection(),
    centers: collection(),
    industries: new Map(industryNames.map((name) => [nextId(), name])),
    nextId,
  };
}

export function stateOf(store: Store): State {
  return {
    clients: store.clients.all,
    contacts: store.contacts.all,
    charges: store.charges.all,
    services: store.services.all,
    taxes: store.taxes.all,
    contracts: store.contracts.all,
    centers: store.centers.all,
  };
}

function createCollection<Fields extends object>(
  records: Table<string, StoredRecord<Fields>>,
  nextId: () => string,
  now: () => LocalTime,
): Collection<Fields> {
  const put = (record: StoredRecord<Fields>): StoredRecord<Fields> => {
    records.set(record.id, record);
    return records.get(record.id) ?? record;
  };
  return {
    all: records,
    add: (fields, user, dates) => {
      if (records.size >= mostRecords) throw new Error("The simulated database is full");
      const created = dates?.created ?? now();
      const archived = dates?.archived ?? null;
      const stamp: Stamp = {
        id: nextId(),
        dateCreated: created,
        dateLastModified: dates?.modified ?? created,
        dateArchived: archived,
        createdBy: user,
        lastModifiedBy: user,
        archivedBy: archived === null ? null : user,
      };
      return put({ ...stamp, ...fields });
    },
    change: (record, fields, user) => put({ ...record, ...fields, dateLastModified: now(), lastModifiedBy: user }),
    archive: (record, user) => {
      if (record.dateArchived !== null) return record;
      const time = now();
      return put({ ...record, dateArchived: time, archivedBy: user, dateLastModified: time, lastModifiedBy: user });
    },
    restore: (record, user) =>
      put({ ...record, dateArchived: null, archivedBy: null, dateLastModified: now(), lastModifiedBy: user }),
    remove: (id) => {
      records.delete(id);
    },
    listed: () => records.listed(),
    listedWith: (member, value) => records.listedWith(member, value),
    listedOf: (ids) => records.listedOf(ids),
    byHand: (user) => ({
      get: (id) => records.get(id),
      edit: (id, members) =>
        records.edit(id, { dateLastModified: now(), lastModifiedBy: user, ...members } as Partial<StoredRecord<Fields>>),
      remove: (id) => records.delete(id),
    }),
  };
}
