import type { CallScope, TaxVerbs } from "../../adapter/adapter.ts";
import { matchesTax } from "../../adapter/kit/filters.ts";
import { loadEach } from "../../adapter/kit/loading.ts";
import { pageOfAll } from "../../adapter/kit/paging.ts";
import { createOmittedRows, recordWithId } from "../../adapter/kit/rows.ts";
import { changing, creating } from "../../adapter/kit/taking.ts";
import { BillingError, invalidInput, named, notFound, settle } from "../../model/errors.ts";
import type { Tax } from "../../model/model.ts";
import type { ReadCalls, Session } from "./call.ts";
import { taxChangeTakes, taxTakes } from "./inputs.ts";
import { isCountry, taxForm, taxFrom, taxParts } from "./map-tax.ts";
import { createRecordClock } from "./record-age.ts";
import { archiveTax, changeTax, createTax } from "./tax-writes.ts";
import { isLong, type TaxRow, taxRow } from "./wire.ts";

const loadAction = "GET /countries/{country}/taxes/{id}/~load";

/** Tax rates of countries (contract 9). One action creates and changes them; none deletes them. */
export function taxVerbs(session: Session): TaxVerbs {
  const { key, settings, requests } = session;
  const unified = (record: TaxRow, country: string): Tax | null => taxFrom(record, country, key, settings);

  const tableOf = (country: string) => ({ function: loadAction, path: `countries/${country}/taxes/${settings.taxListId}/~load` });

  async function loadOne(
    id: string,
    scope: CallScope,
    reads: ReadCalls = requests,
  ): Promise<{ record: TaxRow; tax: Tax } | null> {
    const parts = taxParts(id);
    if (!parts) return null;
    const path = `countries/${parts.country}/taxes/${parts.taxId}/~load`;
    const rows = await reads.load({ function: loadAction, path, query: { id: parts.taxId } }, taxRow, scope);
    const record = recordWithId(rows, (row) => row.id, parts.taxId);
    const tax = record ? unified(record, parts.country) : null;
    return record && tax ? { record, tax } : null;
  }

  async function read(id: string, scope: CallScope): Promise<Tax> {
    const loaded = await loadOne(id, scope);
    if (!loaded) throw notFound(key, "The tax");
    return loaded.tax;
  }

  /** Reads a country's table. A country without rates has an empty one; a table that is refused as unknown is an error. */
  async function tableRows(country: string, scope: CallScope): Promise<readonly TaxRow[]> {
    const rows = await settle(requests.find(tableOf(country), taxRow, scope));
    if (!(rows instanceof BillingError)) return rows;
    const isRefused = rows.backendCode !== undefined && (rows.code === "NOT_FOUND" || rows.code === "INVALID_INPUT");
    throw isRefused ? tableRefused(country, rows) : rows;
  }

  function tableRefused(country: string, { backendCode }: BillingError): BillingError {
    const message = `${named(key)} does not list the taxes of ${country} under the id ${settings.taxListId} (${backendCode}): see its setting taxListId.`;
    return new BillingError("UNSUPPORTED", message, { backend: key, backendCode });
  }

  const access = {
    ...session,
    unified,
    tableOf,
    load: loadOne,
    read,
    recordClock: createRecordClock(session.clock, settings.timeZone),
  };

  return {
    getMany: (ids, scope) =>
      loadEach(ids, {
        isPossible: (id) => taxParts(id) !== null,
        atOnce: settings.concurrency,
        load: async (id) => (await loadOne(id, scope))?.tax ?? null,
      }),

    list: async (query, page, scope) => {
      const country = (query.country ?? settings.country).toUpperCase();
      if (!isCountry(country)) throw invalidInput(["filter", "country"], "must be a code of two letters such as US");
      if (page.after !== null && !isLong(page.after)) throw invalidInput("after", "is not a cursor of this list");
      const rows = await tableRows(country, scope);
      const taxes = rows.flatMap((record) => unified(record, country) ?? []);
      const omitted = createOmittedRows(key, "taxes");
      const matching = taxes.filter((tax) => matchesTax(tax, query, [tax.name, tax.description, tax.backendId]));
      return pageOfAll(matching, (tax) => tax.backendId, page, { omitted });
    },

    create: creating(key, "tax", taxTakes(settings), (input) => createTax(input, access)),
    update: changing(key, "taxChange", taxChangeTakes(settings), (id, change) =>
      changeTax(id, taxForm(change, key, settings), access),
    ),
    archive: (id) => archiveTax(id, access),
  };
}
