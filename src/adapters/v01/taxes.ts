import type { CallScope, TaxVerbs, WritePlan } from "../../billing/adapter.ts";
import { containsText } from "../../billing/charge-order.ts";
import { invalidInput, notFound } from "../../billing/errors.ts";
import type { Tax, TaxQuery } from "../../billing/model.ts";
import { pageOfAll } from "../../billing/paging.ts";
import { holdsTax } from "./agreement.ts";
import { taxParameters } from "./error.ts";
import { changedTax, isCountry, newTax, type TaxForm, taxChanges, taxFrom, taxParts } from "./map-tax.ts";
import { type Backend, loadEach, type Reads } from "./requests.ts";
import { mayFollow, traceOf } from "./traces.ts";
import { isLong, type TaxRecord, taxRecord } from "./wire.ts";

/**
 * Guess: what stands for [tax-id] in the URL where there is none, to list a country's rates and to create one. The reference
 * describes both uses and names no value (9.1, 9.2).
 */
const noTaxId = "0";

const loadAction = "GET /countries/{country}/taxes/{id}/~load";
const modifyAction = "POST /countries/{country}/taxes/{id}";

/** Tax rates of countries: contract 9. One action creates and changes them; nothing deletes them. */
export function taxVerbs({ key, settings, requests }: Backend): TaxVerbs {
  const unified = (record: TaxRecord, country: string): Tax | null => taxFrom(record, country, key, settings);

  const tableOf = (country: string) => ({ function: loadAction, path: `countries/${country}/taxes/${noTaxId}/~load` });

  async function loadOne(id: string, scope: CallScope, reads: Reads = requests): Promise<{ record: TaxRecord; tax: Tax } | null> {
    const parts = taxParts(id);
    if (!parts) return null;
    const path = `countries/${parts.country}/taxes/${parts.taxId}/~load`;
    const rows = await reads.load({ function: loadAction, path, query: { id: parts.taxId } }, taxRecord, scope);
    const record = rows.find((row) => row.id === parts.taxId);
    const tax = record ? unified(record, parts.country) : null;
    return record && tax ? { record, tax } : null;
  }

  async function loadExisting(id: string, scope: CallScope): Promise<{ record: TaxRecord; tax: Tax }> {
    const loaded = await loadOne(id, scope);
    if (!loaded) throw notFound(key, "The tax");
    return loaded;
  }

  const read = async (id: string, scope: CallScope): Promise<Tax> => (await loadExisting(id, scope)).tax;

  function modification(id: string, changes: TaxForm): WritePlan<Tax> {
    const parts = taxParts(id);
    if (!parts) throw notFound(key, "The tax");
    const { country, taxId } = parts;
    return {
      read,
      steps: [
        {
          action: modifyAction,
          send: async (_id, _intent, scope) => {
            const { record: stored } = await loadExisting(id, scope);
            const form = changedTax(stored, changes, key);
            const path = `countries/${country}/taxes/${taxId}`;
            const call = { function: modifyAction, method: "POST", path, body: { form }, parameters: taxParameters } as const;
            const record = await requests.write(call, taxRecord, scope);
            const value = record.id === taxId ? unified(record, country) : null;
            return value ? { id, value } : { id };
          },
          find: async (_id, _intent, scope) => {
            const loaded = await loadOne(id, scope, requests.certain);
            return loaded && holdsTax(loaded.record, changes) ? [{ id, claim: null }] : [];
          },
        },
      ],
    };
  }

  const archivePlan = (id: string): WritePlan<Tax> => modification(id, { isActive: "false" });

  return {
    getMany: (ids, scope) =>
      loadEach(
        ids,
        (id) => taxParts(id) !== null,
        async (id) => (await loadOne(id, scope))?.tax ?? null,
      ),

    list: async (query, page, scope) => {
      const country = (query.country ?? settings.country).toUpperCase();
      if (!isCountry(country)) throw invalidInput(["filter", "country"], "must be a code of two letters such as US");
      if (page.after !== null && !isLong(page.after)) throw invalidInput("after", "is not a cursor of this list");
      // A country without rates, or unknown to the backend, has none.
      const rows = await requests.load(tableOf(country), taxRecord, scope);
      const taxes = rows.flatMap((record) => unified(record, country) ?? []);
      return pageOfAll(
        taxes.filter((tax) => matchesTax(tax, query)),
        (tax) => tax.backendId,
        page,
      );
    },

    create: (input) => {
      const { country, form } = newTax(input, key, settings);
      return {
        read,
        undo: archivePlan,
        steps: [
          {
            action: modifyAction,
            send: async (_id, _intent, scope) => {
              const path = `countries/${country}/taxes/${noTaxId}`;
              const call = { function: modifyAction, method: "POST", path, body: { form }, parameters: taxParameters } as const;
              const record = await requests.write(call, taxRecord, scope);
              const id = `${country}:${record.id}`;
              const value = unified(record, country);
              return value ? { id, value } : { id };
            },
            // The action takes no code (9.2): the rate is known by what it says and when it was made. A failure of the table is
            // never taken for an empty one here, as what stands for its [tax-id] is a guess.
            find: async (_id, intent, scope) => {
              const rows = await requests.certain.find(tableOf(country), taxRecord, scope);
              const made = (record: TaxRecord): boolean =>
                unified(record, country) !== null && mayFollow(intent, record.createDate) && holdsTax(record, form);
              return rows.filter(made).map((record) => traceOf(`${country}:${record.id}`));
            },
          },
        ],
      };
    },

    update: (id, change) => modification(id, taxChanges(change, key, settings)),
    archive: archivePlan,
  };
}

function matchesTax(tax: Tax, { search, active }: TaxQuery): boolean {
  if (active != null && tax.active !== active) return false;
  return !search || containsText([tax.name, tax.description, tax.backendId], search);
}
