import { type Action, type ActionCall, explicitGetAction, type Installation } from "./action.ts";
import { dateTimeOf } from "./dates.ts";
import { Failure, unknownId } from "./failure.ts";
import { patterns, readBoolean, readDay, readInteger, readLong, readText, required } from "./fields.ts";
import { type TaxRate, takeId, type V01State } from "./state.ts";

const countryOf = ({ variables }: ActionCall): string =>
  required(readText({ "country-code": variables[0] }, "country-code", 2, patterns.country), "country-code").toUpperCase();

const ratesOf = (countryCode: string, state: V01State): readonly TaxRate[] =>
  [...state.taxRates.values()].filter((rate) => rate.countryCode === countryCode);

const present = (rate: TaxRate) => ({ ...rate, state: undefined, expirationDate: undefined });

/**
 * Section 9.1: one rate if the parameter `id` names it, otherwise the country's list. The contract does not say what replaces
 * [tax-id], so anything may. A country without rates has an empty list.
 */
const load = (call: ActionCall, { state, settings }: Installation) => {
  const rates = ratesOf(countryOf(call), state);
  const id = readLong(call.parameters, "id");
  const named = call.variables[1] ?? "";
  if (settings.taxListId === "known" && !rates.some((rate) => String(rate.id) === named)) {
    throw new Failure("V01", `There is no tax rate ${named}.`, true);
  }
  if (id === undefined) return rates.filter((rate) => state.taxRates.isListed(rate.id)).map(present);
  const rate = rates.find((candidate) => candidate.id === id);
  if (rate === undefined) throw unknownId("tax rate", id);
  return present(rate);
};

/**
 * Section 9.2, which "creates a rate or updates an existing one": it updates if [tax-id] is the id of one of the country's
 * rates, and creates otherwise ("0", "new", any unknown id). An omitted `isActive` means true for both, the documented default.
 * A rate of another country is refused instead of copied.
 */
const modify = (call: ActionCall, { state, settings }: Installation) => {
  const countryCode = countryOf(call);
  const fields = {
    value: required(readInteger(call.parameters, "value", 0), "value"),
    effectiveDate: required(readDay(call.parameters, "effectiveDate"), "effectiveDate"),
    isActive: readBoolean(call.parameters, "isActive") ?? true,
  };
  const description = readText(call.parameters, "description", 255);
  const taxId = call.variables[1] ?? "";
  const stored = /^\d{1,19}$/.test(taxId) ? state.taxRates.get(BigInt(taxId)) : undefined;
  if (stored !== undefined && stored.countryCode !== countryCode) {
    throw new Failure("V01", `The tax rate ${stored.id} belongs to another country.`, true);
  }
  const rate: TaxRate =
    stored === undefined
      ? newRate(state, { countryCode, description, createDate: dateTimeOf(settings.now()), ...fields })
      : { ...stored, ...fields, description: "description" in call.parameters ? description : stored.description };
  state.taxRates.set(rate.id, rate);
  expireReplaced(state, rate);
  return present(state.taxRates.get(rate.id) ?? rate);
};

/** A rate with the next id, which is also its code. */
export const newRate = (state: V01State, fields: Omit<TaxRate, "id" | "code">): TaxRate => {
  const id = takeId(state, "taxRate");
  return { id, code: String(id), ...fields };
};

/**
 * Sets the expiration of all rates in the changed rate's country and state: each ends when the next takes effect (section 9.2,
 * from the UI reference).
 */
export const expireReplaced = (state: V01State, changed: TaxRate): void => {
  const series = ratesOf(changed.countryCode, state)
    .filter((rate) => rate.state === changed.state)
    .toSorted((one, other) => one.effectiveDate.localeCompare(other.effectiveDate));
  for (const [index, rate] of series.entries()) {
    state.taxRates.set(rate.id, { ...rate, expirationDate: series[index + 1]?.effectiveDate });
  }
};

export const taxActions: readonly Action[] = [
  explicitGetAction("countries/*/taxes/*", "load", load),
  {
    resource: "countries/*/taxes/*",
    name: "modify",
    method: "POST",
    implicit: true,
    consumes: "xurl",
    answer: modify,
  },
];
