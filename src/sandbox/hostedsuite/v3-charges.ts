import { given } from "./members.ts";
import { lineCost, shownCost } from "./pricing.ts";
import type { ChargeFields } from "./records.ts";
import {
  containsText,
  dateOf,
  detached,
  equalsText,
  filterText,
  printDate,
  rangeFilter,
  referenceOf,
  requiredText,
  type V3Call,
} from "./v3-call.ts";
import { createResource } from "./v3-resource.ts";

/** /charges, contract 7.6 to 7.8. */
export const charges = createResource<ChargeFields>({
  route: "charges",
  kind: "Charge",
  collection: ({ charges: collection }) => collection,

  displayName: ({ store }, { serviceId, clientId }) =>
    `${store.services.all.get(serviceId)?.name ?? ""} - ${store.clients.all.get(clientId)?.name ?? ""}`,

  print: (call, charge) => {
    const { store, options } = call;
    const client = store.clients.all.get(charge.clientId);
    const contact = store.contacts.all.get(charge.contactId ?? "");
    return {
      dateOfCharge: printDate(call, charge.dateOfCharge),
      serviceId: charge.serviceId,
      serviceName: store.services.all.get(charge.serviceId)?.name,
      clientId: charge.clientId,
      clientName: client?.name,
      contactId: charge.contactId,
      contactName: contact === undefined ? null : `${contact.firstName ?? ""} ${contact.lastName ?? ""}`.trim(),
      quantity: charge.quantity,
      cost: charge.cost === 0 && options.zeroCost === "omitted" ? null : shownCost(charge, options),
      notes: charge.notes,
      description: charge.description,
      memorized: charge.memorized,
      centerId: client?.centerId,
      centerName: store.centers.all.get(client?.centerId ?? "")?.name,
    };
  },

  searched: ({ store }, charge) => [
    store.clients.all.get(charge.clientId)?.name,
    store.services.all.get(charge.serviceId)?.name,
    charge.description,
    charge.notes,
  ],

  possible: (call) => {
    const clientId = filterText(call, "clientId");
    const { charges } = call.store;
    return clientId === null ? charges.listed() : charges.listedWith("clientId", clientId);
  },

  filter: (call) => {
    const [clientId, serviceId, contactId] = [
      filterText(call, "clientId"),
      filterText(call, "serviceId"),
      filterText(call, "contactId"),
    ];
    const [centerId, description] = [filterText(call, "centerId"), filterText(call, "description")];
    const memorized = call.members.boolean("memorized");
    const dated = rangeFilter(call, "dateOfCharge");
    return (charge) =>
      equalsText(charge.clientId, clientId) &&
      equalsText(charge.serviceId, serviceId) &&
      equalsText(charge.contactId, contactId) &&
      equalsText(call.store.clients.all.get(charge.clientId)?.centerId, centerId) &&
      containsText(charge.description, description) &&
      (memorized === null || charge.memorized === memorized) &&
      dated(charge.dateOfCharge);
  },

  create: (call) => {
    const { members, store, tenant, refuse } = call;
    const [clientId, serviceId] = [requiredText(call, "clientId"), requiredText(call, "serviceId")];
    const dateOfCharge = dateOf(call, "dateOfCharge");
    if (dateOfCharge === null) throw refuse.missing("dateOfCharge");
    const quantity = checkedQuantity(call, members.double("quantity") ?? 0);
    const client = store.clients.all.get(clientId);
    if (client === undefined) throw refuse.notFound("Client");
    if (!store.services.all.has(serviceId)) throw refuse.notFound("Service");
    return {
      clientId,
      serviceId,
      contactId: referenceOf(call, "contactId", store.contacts.all, "Contact"),
      dateOfCharge,
      quantity,
      cost: lineCost(members.double("cost"), quantity, call.options) ?? tenant.cost(client, serviceId, quantity),
      notes: members.text("notes"),
      description: members.text("description"),
      memorized: members.boolean("memorized") ?? false,
      billingCode: null,
      source: "manual",
    };
  },

  // A new quantity keeps the cost: the sources do not say that it is calculated again.
  patch: (call, charge) => {
    const { members, store, refuse, options } = call;
    for (const name of ["clientId", "serviceId"]) if (members.text(name) === "") throw refuse.missing(name);
    const quantity = members.double("quantity");
    return {
      ...given<Partial<ChargeFields>>({
        clientId: referenceOf(call, "clientId", store.clients.all, "Client"),
        serviceId: referenceOf(call, "serviceId", store.services.all, "Service"),
        contactId: referenceOf(call, "contactId", store.contacts.all, "Contact"),
        dateOfCharge: dateOf(call, "dateOfCharge"),
        quantity: quantity === null ? null : checkedQuantity(call, quantity),
        cost: lineCost(members.double("cost"), quantity ?? charge.quantity, options),
        notes: members.text("notes"),
        description: members.text("description"),
        memorized: members.boolean("memorized"),
      }),
      ...detached(call, "contactId"),
    };
  },
});

function checkedQuantity({ options, refuse }: V3Call, quantity: number): number {
  if (options.requireQuantity && quantity <= 0) throw refuse.quantityRequired();
  return quantity;
}
