import { given, type Members } from "./members.ts";
import {
  type ContractFields,
  type FixedCharge,
  type PriceLevel,
  type Rate,
  type ServiceFields,
  type TaxFields,
  taxTypes,
} from "./records.ts";
import type { Store } from "./state.ts";
import {
  containsText,
  detached,
  equalsText,
  filterText,
  type PrintableObject,
  referenceOf,
  requiredText,
  type V3Call,
} from "./v3-call.ts";
import { createResource } from "./v3-resource.ts";

/** /services, contract 7.6 and 7.7: no price on a service, at most one tax. */
export const services = createResource<ServiceFields>({
  route: "services",
  kind: "Service",
  collection: ({ services: collection }) => collection,
  displayName: (_call, { name }) => name,
  print: ({ store }, service) => ({
    name: service.name,
    centerId: service.centerId,
    centerName: store.centers.all.get(service.centerId ?? "")?.name,
    description: service.description,
    code: service.code,
    taxId: service.taxId,
    taxName: store.taxes.all.get(service.taxId ?? "")?.name,
    parentServiceId: service.parentServiceId,
    parentServiceName: store.services.all.get(service.parentServiceId ?? "")?.name,
    specialType: "None",
  }),
  searched: (_call, { name, description, code }) => [name, description, code],
  filter: (call) => {
    const [name, description, code] = [filterText(call, "name"), filterText(call, "description"), filterText(call, "code")];
    const [centerId, taxId] = [filterText(call, "centerId"), filterText(call, "taxId")];
    const parentServiceId = filterText(call, "parentServiceId");
    return (service) =>
      containsText(service.name, name) &&
      containsText(service.description, description) &&
      equalsText(service.code, code) &&
      equalsText(service.centerId, centerId) &&
      equalsText(service.taxId, taxId) &&
      equalsText(service.parentServiceId, parentServiceId);
  },
  create: (call) => ({
    centerId: null,
    description: null,
    code: null,
    taxId: null,
    parentServiceId: null,
    ...sentServiceFields(call),
    name: requiredText(call, "name"),
  }),
  patch: (call) => ({ ...sentServiceFields(call), ...detached(call, "centerId", "taxId", "parentServiceId") }),
});

function sentServiceFields(call: V3Call): Partial<ServiceFields> {
  const { members, store } = call;
  return given<ServiceFields>({
    name: filterText(call, "name"),
    centerId: referenceOf(call, "centerId", store.centers.all, "Center"),
    description: members.text("description"),
    code: members.text("code"),
    taxId: referenceOf(call, "taxId", store.taxes.all, "Tax"),
    parentServiceId: referenceOf(call, "parentServiceId", store.services.all, "Service"),
  });
}

/** /taxes, contract 7.6, 7.7 and 7.9. */
export const taxes = createResource<TaxFields>({
  route: "taxes",
  kind: "Tax",
  collection: ({ taxes: collection }) => collection,
  displayName: (_call, { name }) => name,
  print: (_call, { name, type, rate }) => ({ name, type, rate }),
  searched: (_call, { name }) => [name],
  filter: (call) => {
    const name = filterText(call, "name");
    const type = call.members.choice("type", taxTypes);
    return (tax) => containsText(tax.name, name) && equalsText(tax.type, type);
  },
  create: (call) => ({ type: "Percentage", rate: 0, ...sentTaxFields(call), name: requiredText(call, "name") }),
  patch: sentTaxFields,
});

function sentTaxFields(call: V3Call): Partial<TaxFields> {
  const { members } = call;
  return given<TaxFields>({
    name: filterText(call, "name"),
    type: members.choice("type", taxTypes),
    rate: members.double("rate"),
  });
}

/** /contracts, contract 7.6 and 7.7: the price lists. Allowances are left out, nothing here uses them. */
export const contracts = createResource<ContractFields>({
  route: "contracts",
  kind: "Contract",
  collection: ({ contracts: collection }) => collection,
  displayName: (_call, { name }) => name,
  print: ({ store }, contract) => ({
    name: contract.name,
    centerId: contract.centerId,
    centerName: store.centers.all.get(contract.centerId ?? "")?.name,
    masterId: contract.masterId,
    masterName: store.contracts.all.get(contract.masterId ?? "")?.name,
    rates: contract.rates.map((rate) => printRate(store, rate)),
    fixedCharges: contract.fixedCharges.map((charge) => ({ ...charge })),
  }),
  searched: (_call, { name }) => [name],
  filter: (call) => {
    const [name, centerId, masterId] = [filterText(call, "name"), filterText(call, "centerId"), filterText(call, "masterId")];
    return (contract) =>
      containsText(contract.name, name) && equalsText(contract.centerId, centerId) && equalsText(contract.masterId, masterId);
  },
  create: (call) => ({
    centerId: null,
    masterId: null,
    rates: [],
    fixedCharges: [],
    ...sentContractFields(call),
    name: requiredText(call, "name"),
  }),
  patch: (call) => ({ ...sentContractFields(call), ...detached(call, "centerId", "masterId") }),
});

function sentContractFields(call: V3Call): Partial<ContractFields> {
  const { members, store } = call;
  return given<ContractFields>({
    name: filterText(call, "name"),
    centerId: referenceOf(call, "centerId", store.centers.all, "Center"),
    masterId: referenceOf(call, "masterId", store.contracts.all, "Contract"),
    rates: members.objects("rates")?.map(rateOf) ?? null,
    fixedCharges: members.objects("fixedCharges")?.map(fixedChargeOf) ?? null,
  });
}

function rateOf(members: Members): Rate {
  const levels = ["level1Pricing", "level2Pricing", "level3Pricing"].flatMap((name) => members.object(name) ?? []);
  return {
    serviceId: members.text("serviceId") ?? "",
    unitCost: members.double("unitCost") ?? 0,
    setupFee: members.double("setupFee") ?? 0,
    setupFeeType: members.choice("setupFeeType", taxTypes) ?? "Flat",
    levels: levels.map(levelOf),
  };
}

function levelOf(members: Members): PriceLevel {
  return {
    quantity: members.double("quantity") ?? 0,
    unitCost: members.double("unitCost") ?? 0,
    isFixedCost: members.boolean("isFixedCost") ?? false,
  };
}

function fixedChargeOf(members: Members): FixedCharge {
  return {
    serviceId: members.text("serviceId") ?? "",
    cost: members.double("cost") ?? 0,
    description: members.text("description"),
  };
}

function printRate(store: Store, { levels, ...rate }: Rate): PrintableObject {
  const pricing = levels.map((level, index) => [`level${index + 1}Pricing`, { ...level }] as const);
  return { ...rate, serviceName: store.services.all.get(rate.serviceId)?.name, ...Object.fromEntries(pricing) };
}
