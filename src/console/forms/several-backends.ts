import { type Control, type Field, type Input, inputOf, shownFields, type Values } from "./fields.ts";

/**
 * One form for several backends. Fields that all of them have are asked for once. Fields of a single backend follow beside them.
 */

/** A backend, with the fields that its own form would have. */
export interface FormPart {
  readonly key: string;
  readonly label: string;
  readonly fields: readonly Field[];
}

export function fieldsOfSeveral(parts: readonly FormPart[]): readonly Field[] {
  const [first, ...others] = parts;
  if (!first) return [];
  const isShared = sharedBy(parts);
  const shared = first.fields.filter(isShared).map((field): Field => {
    const every = [field, ...others.flatMap(({ fields }) => fields.filter(({ name }) => name === field.name))];
    const { hint, when: _, ...rest } = field;
    const conditions = parts.map((part) => (values: Values) => shows(part, field.name, valuesFor(part, parts, values)));
    // Offer one choice if all backends have the same alternatives. Otherwise only some backends need the choice.
    const oneChoice = every.every(({ dependsOn = [] }) => dependsOn.every((name) => isShared({ ...field, name })));
    return {
      ...rest,
      required: every.some(({ required }) => required),
      clearable: every.every(({ clearable }) => clearable),
      limits: every.flatMap(({ limits = [] }) => limits),
      ...(hint !== undefined && every.every((each) => each.hint === hint) && { hint }),
      ...(every.some(({ when }) => when) && {
        when: (values: Values) => conditions[oneChoice ? "every" : "some"]((holds) => holds(values)),
      }),
    };
  });
  const own = parts.flatMap((part) =>
    part.fields
      .filter((field) => !isShared(field))
      .map((field): Field => {
        const { when } = field;
        return {
          ...field,
          name: ownName(part, field.name),
          group: `Only in ${part.label}`,
          ...(when && { when: (values: Values) => when(namedAs(part, parts, values)) }),
        };
      }),
  );
  return [...shared, ...own];
}

/** The input for one of the backends. */
export function inputForOne(part: FormPart, parts: readonly FormPart[], values: Values): Input {
  return inputOf(part.fields, valuesFor(part, parts, values));
}

/** The input of one mutation for all backends (schema: CreateTaxInput.overrides): what they share, and the rest of each. */
export function inputForAll(parts: readonly FormPart[], values: Values): Input {
  const inputs = parts.map((part) => inputForOne(part, parts, values));
  const [first = {}, ...others] = inputs;
  const isCommon = ([name, value]: readonly [string, unknown]): boolean =>
    others.every((input) => JSON.stringify(input[name]) === JSON.stringify(value));
  const common = Object.fromEntries(Object.entries(first).filter(isCommon));
  const overrides = inputs.flatMap((input, index) => {
    const besides = Object.entries(input).filter(([name]) => !Object.hasOwn(common, name));
    return besides.length === 0 ? [] : [{ backend: parts[index]?.key, ...Object.fromEntries(besides) }];
  });
  return { ...common, ...(overrides.length > 0 && { overrides }) };
}

/** The form's name of a field that only one backend has. */
export const ownName = ({ key }: Pick<FormPart, "key">, name: string): string => `${key}:${name}`;

/** The values under the names that the backend's own fields have. A shared value wins over the backend's own. */
function valuesFor(part: FormPart, parts: readonly FormPart[], values: Values): Values {
  const isShared = sharedBy(parts);
  const named = namedAs(part, parts, values);
  const hidden = part.fields.filter((field) => !isShared(field) && field.when?.(named) === false);
  return Object.fromEntries(Object.entries(named).filter(([name]) => !hidden.some((field) => field.name === name)));
}

function namedAs({ key, fields }: FormPart, parts: readonly FormPart[], values: Values): Values {
  const isShared = sharedBy(parts);
  const named = fields.flatMap((field) => {
    const value = values[isShared(field) ? field.name : ownName({ key }, field.name)];
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return Object.fromEntries(named);
}

function shows({ fields }: FormPart, name: string, values: Values): boolean {
  return shownFields(fields, values).some((field) => field.name === name);
}

/** Controls that choose among a backend's own objects. Another backend has other objects. */
const chosenThere: readonly Control["kind"][] = ["service", "plan", "taxes", "customer"];

function sharedBy(parts: readonly FormPart[]): (field: Pick<Field, "name">) => boolean {
  if (parts.length === 1) return () => true;
  return ({ name }) => {
    const controls = parts.map(({ fields }) => fields.find((field) => field.name === name)?.control);
    const [first] = controls;
    if (!first || chosenThere.includes(first.kind)) return false;
    return controls.every((control) => JSON.stringify(control) === JSON.stringify(first));
  };
}
