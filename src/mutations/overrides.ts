import { type Backends, refOf } from "../adapter/backends.ts";
import { type FieldPlace, invalidInput } from "../model/errors.ts";

/**
 * One input for several backends, with values that only one of them gets. It takes global ids and gives each backend its local
 * ids.
 */

/** Values for one backend, in addition to those for all or instead of them. Null and absent = as for all. */
type Override<Input> = { readonly [Name in keyof Input]?: Input[Name] | null | undefined } & { readonly backend: string };

export interface FanOutInput<Input> {
  /** Keys of backends. */
  readonly backends: readonly string[];
  readonly overrides?: readonly Override<Input>[] | null | undefined;
}

/** The members of an input that are ids of one backend's objects. Only that backend gets them. */
export type IdTypes<Input> = Partial<Record<keyof Input, "Plan" | "Customer">>;

export interface InputOfOne<Input> {
  readonly input: Input;
  /** The path at which the caller wrote each member. */
  readonly fieldPlace: FieldPlace;
}

/** INVALID_INPUT for an override of a backend that is not written to, or that has one already. */
export function inputsOf<Input extends object>(
  backends: Backends,
  common: Input,
  { backends: keys, overrides }: FanOutInput<Input>,
  types: IdTypes<Input>,
): (key: string) => InputOfOne<Input> {
  if (keys.length === 0) throw invalidInput(["input", "backends"], "must name at least one backend");
  const own = ownIds(backends, keys, common, types);
  const overridden = new Map<string, { readonly members: Partial<Input>; readonly at: readonly string[] }>();
  for (const [index, { backend, ...values }] of (overrides ?? []).entries()) {
    const at = ["input", "overrides", String(index)];
    if (!keys.includes(backend)) throw invalidInput([...at, "backend"], "is not among the backends that this call writes to");
    if (overridden.has(backend)) throw invalidInput([...at, "backend"], "has another entry already");
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
    overridden.set(backend, { members: ownIds(backends, [backend], given as Partial<Input>, types, at)(backend), at });
  }
  return (key) => {
    const override = overridden.get(key);
    if (!override) return { input: own(key), fieldPlace: ["input"] };
    const { members, at } = override;
    const fieldPlace: FieldPlace = (field) =>
      field[0] !== undefined && Object.hasOwn(members, field[0]) ? [...at, ...field] : ["input", ...field];
    return { input: { ...own(key), ...members }, fieldPlace };
  };
}

/**
 * An id in the input of a fan-out (a plan, a parent) belongs to one backend, and only that one gets it: each backend gets the
 * input with its own ids. INVALID_INPUT for an id of a backend that is not named.
 */
export function ownIds<Input extends object>(
  backends: Backends,
  keys: readonly string[],
  input: Input,
  types: IdTypes<Input>,
  at: readonly string[] = ["input"],
): (key: string) => Input {
  const refs = Object.entries(types).flatMap(([name, type]) => {
    const globalId = input[name as keyof Input];
    if (typeof globalId !== "string") return [];
    const ref = refOf(backends, type as "Plan" | "Customer", globalId, [...at, name]);
    if (!keys.includes(ref.backend)) throw invalidInput([...at, name], "belongs to a backend that this call does not write to");
    return [{ name, ref }];
  });
  return (key) => ({
    ...input,
    ...Object.fromEntries(refs.map(({ name, ref }) => [name, ref.backend === key ? ref.id : undefined])),
  });
}
