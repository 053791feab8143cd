import type { BackendFormFragment } from "../../client/generated/graphql.ts";
import { newChargeFields } from "./charge-fields.ts";
import { type Control, type Field, type Input, inputOf, type Values } from "./fields.ts";

/**
 * One form for charges in several backends: each charge has an input of its own, so what all backends take is asked for once, and
 * what one of them has besides is asked for beside it.
 */
export function bulkChargeFields(backends: readonly BackendFormFragment[]): readonly Field[] {
  const [first, ...others] = backends.map((backend) => ({ backend, fields: newChargeFields(backend) }));
  if (!first) return [];
  const isShared = sharedBy(backends);
  const shared = first.fields.filter(isShared).map((field): Field => {
    const every = [field, ...others.flatMap(({ fields }) => fields.filter(({ name }) => name === field.name))];
    const { hint: _, ...rest } = field;
    return {
      ...rest,
      required: every.some(({ required }) => required),
      limits: every.flatMap(({ limits = [] }) => limits),
    };
  });
  const own = [first, ...others].flatMap(({ backend, fields }) =>
    fields
      .filter((field) => !isShared(field))
      .map((field): Field => {
        const { when } = field;
        return {
          ...field,
          name: ownName(backend, field.name),
          group: `Only in ${backend.label}`,
          ...(when && { when: (values: Values) => when(valuesFor(backend, backends, values)) }),
        };
      }),
  );
  return [...shared, ...own];
}

/** The charge for one customer of a backend, without the customer. */
export function bulkChargeInput(backend: BackendFormFragment, backends: readonly BackendFormFragment[], values: Values): Input {
  return inputOf(newChargeFields(backend), valuesFor(backend, backends, values));
}

const ownName = ({ key }: BackendFormFragment, name: string): string => `${key}:${name}`;

/** The values under the names that the backend's own fields have. */
function valuesFor(backend: BackendFormFragment, backends: readonly BackendFormFragment[], values: Values): Values {
  const isShared = sharedBy(backends);
  const named = newChargeFields(backend).flatMap((field) => {
    const value = values[isShared(field) ? field.name : ownName(backend, field.name)];
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return Object.fromEntries(named);
}

/** Choices belong to their backend: what one offers another may not. */
const free: readonly Control["kind"][] = ["text", "paragraph", "decimal", "date"];

function sharedBy(backends: readonly BackendFormFragment[]): (field: Field) => boolean {
  const all = backends.map(newChargeFields);
  if (all.length === 1) return () => true;
  return ({ name, control }) => free.includes(control.kind) && all.every((fields) => fields.some((field) => field.name === name));
}
