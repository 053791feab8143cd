import type { Printable } from "./jsv.ts";
import type { Stamp } from "./records.ts";
import type { Collection, Store, StoredRecord } from "./state.ts";
import { type PrintableObject, printDate, rangeFilter, type V3Call, withoutDefaults } from "./v3-call.ts";

/** The differences between the entities, which all have the same five routes (contract 7.6). */
export interface Definition<Fields extends object> {
  /** "charges" */
  readonly route: string;
  /** The vendor's word in messages: "Charge". */
  readonly kind: string;
  readonly collection: (store: Store) => Collection<Fields>;
  readonly displayName: (call: V3Call, record: StoredRecord<Fields>) => string;
  /** The DTO's own members in camelCase. Nulls and defaults are left out later. */
  readonly print: (call: V3Call, record: StoredRecord<Fields>) => PrintableObject;
  /** The texts that `query` searches. */
  readonly searched: (call: V3Call, record: StoredRecord<Fields>) => readonly (string | null | undefined)[];
  /** The listed records that can pass the filters; absent where an index for them is not worth it. */
  readonly possible?: (call: V3Call) => StoredRecord<Fields>[];
  /** The list's filters beyond the common ones. */
  readonly filter: (call: V3Call) => (record: StoredRecord<Fields>) => boolean;
  /** Members of a POST; refuses missing and unknown ones. */
  readonly create: (call: V3Call) => Fields;
  /** Members of a PATCH: only those that change. */
  readonly patch: (call: V3Call, record: StoredRecord<Fields>) => Partial<Fields>;
}

/** The five routes of one entity; `id` is the one in the path. Each throws Refusals. */
export interface Resource {
  readonly route: string;
  readonly list: (call: V3Call) => Printable;
  readonly get: (call: V3Call, id: string) => PrintableObject;
  readonly create: (call: V3Call) => PrintableObject;
  readonly patch: (call: V3Call, id: string) => PrintableObject;
  /** Undefined = the answer has no body. */
  readonly archive: (call: V3Call, id: string) => undefined;
}

/** The vendor client's default (contract 7.3). */
const defaultPageSize = 25;

export function createResource<Fields extends object>(definition: Definition<Fields>): Resource {
  const { kind, collection } = definition;

  const print = (call: V3Call, record: StoredRecord<Fields>): PrintableObject => ({
    id: record.id,
    _DisplayName: definition.displayName(call, record),
    ...withoutDefaults({ ...definition.print(call, record), ...printAudit(call, record) }),
  });

  const find = (call: V3Call, id: string): StoredRecord<Fields> => {
    const record = collection(call.store).all.get(id);
    if (record === undefined) throw call.refuse.notFound(kind);
    return record;
  };

  const possible = (call: V3Call): StoredRecord<Fields>[] => {
    const ids = call.members.texts("ids");
    if (ids !== null) return collection(call.store).listedOf(new Set(ids));
    return definition.possible?.(call) ?? collection(call.store).listed();
  };

  const list = (call: V3Call): Printable => {
    const accepts = listFilter(call, definition);
    const records = possible(call).filter(accepts);
    const { page, size } = pageOf(call);
    const shown = sorted(call, records, (record) => print(call, record)).slice(page * size, (page + 1) * size);
    return {
      items: shown.map((record) => project(call, print(call, record))),
      ...withoutDefaults({ totalCount: records.length, totalPages: Math.ceil(records.length / size) }),
    };
  };

  return {
    route: definition.route,
    list,
    get: (call, id) => print(call, find(call, id)),
    create: (call) => print(call, collection(call.store).add(definition.create(call), call.account.user)),
    patch: (call, id) => {
      const record = find(call, id);
      const fields = definition.patch(call, record);
      const restore = call.members.boolean("__Restore") === true;
      const current = restore ? collection(call.store).restore(record, call.account.user) : record;
      return print(call, collection(call.store).change(current, fields, call.account.user));
    },
    archive: (call, id) => {
      collection(call.store).archive(find(call, id), call.account.user);
      return undefined;
    },
  };
}

/** The common filters (contract 7.3) and the entity's own. Archived rows need archived=true, even by id. */
function listFilter<Fields extends object>(
  call: V3Call,
  definition: Definition<Fields>,
): (record: StoredRecord<Fields>) => boolean {
  const { members } = call;
  const ids = members.texts("ids");
  const wanted = ids === null ? null : new Set(ids);
  const archived = members.boolean("archived") ?? false;
  const { comparable } = call.tenant.conditions;
  const query = comparable(members.text("query") ?? "");
  const created = rangeFilter(call, "dateCreated");
  const own = definition.filter(call);
  return (record) =>
    (archived || record.dateArchived === null) &&
    (wanted === null || wanted.has(record.id)) &&
    (query === "" || definition.searched(call, record).some((text) => comparable(text ?? "").includes(query))) &&
    created(record.dateCreated) &&
    own(record);
}

/** `page` is 0-based; an unusable number is ignored. */
function pageOf({ members, options, tenant, refuse }: V3Call): { readonly page: number; readonly size: number } {
  const page = members.double("page") ?? 0;
  const size = members.double("countPerPage") ?? defaultPageSize;
  const asked = Number.isInteger(size) && size > 0 ? Math.min(size, options.largestPage) : defaultPageSize;
  const given = tenant.conditions.pageSize(asked);
  if (given === null) throw refuse.pageTooLarge();
  return { page: Number.isInteger(page) && page > 0 ? page : 0, size: given };
}

/** Sorts by creation without a sortField, or with one that the entity lacks. */
function sorted<Entity extends Stamp>(
  { members }: V3Call,
  records: readonly Entity[],
  print: (record: Entity) => PrintableObject,
): readonly Entity[] {
  const field = members.text("sortField")?.toLowerCase() ?? "";
  if (field === "") return records;
  const direction = members.choice("sortOrder", ["Ascend", "Descend"]) === "Descend" ? -1 : 1;
  // Stored values come first, as they hold dates as numbers; printed ones have the names of referenced records.
  const keyed = records.map((record) => ({ record, key: memberOf(record, field) ?? memberOf(print(record), field) }));
  return keyed.sort((left, right) => direction * compare(left.key, right.key)).map(({ record }) => record);
}

function memberOf(record: object, lowerName: string): unknown {
  return Object.entries(record).find(([name]) => name.toLowerCase() === lowerName)?.[1];
}

/** Nulls first, as .NET sorts them. */
function compare(left: unknown, right: unknown): number {
  const [leftKey, rightKey] = [sortKey(left), sortKey(right)];
  if (leftKey === null || rightKey === null) return Number(leftKey !== null) - Number(rightKey !== null);
  if (leftKey === rightKey) return 0;
  return leftKey < rightKey ? -1 : 1;
}

function sortKey(value: unknown): string | number | null {
  if (typeof value === "string") return value.toLowerCase();
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" ? value : null;
}

/**
 * detailed=false shows only the id and the display name. `fields` is broken in the product: it returns the fields asked for
 * with null values (contract 7.3).
 */
function project({ members }: V3Call, item: PrintableObject): Printable {
  const { id, _DisplayName } = item;
  if (members.boolean("detailed") === false) return { id, _DisplayName };
  const fields = members.texts("fields");
  return fields === null ? item : { ...Object.fromEntries(fields.map((field) => [field, null])), id, _DisplayName };
}

function printAudit(call: V3Call, record: Stamp): PrintableObject {
  return {
    dateCreated: printDate(call, record.dateCreated),
    dateLastModified: printDate(call, record.dateLastModified),
    dateArchived: record.dateArchived === null ? null : printDate(call, record.dateArchived),
    archivedById: record.archivedBy?.id,
    archivedByName: record.archivedBy?.name,
    createdById: record.createdBy.id,
    createdByName: record.createdBy.name,
    lastModifiedById: record.lastModifiedBy.id,
    lastModifiedByName: record.lastModifiedBy.name,
  };
}
