import type { Printable } from "./jsv.ts";
import { given } from "./members.ts";
import { addressOf } from "./parts.ts";
import type { Center, CenterFields, Service } from "./records.ts";
import { filterText, matchesName, type Operation, printDate, requiredText, type V2Call } from "./v2-call.ts";

/** POST /authenticate, contract 4.1 and 6.5. Bad credentials do not get here. */
export const authenticate: Operation = ({ account, tenant }) => ({
  authenticated: true,
  userType: account.mayWrite ? "Administrator" : "Team",
  name: account.user.name,
  companyName: tenant.name,
  userId: account.user.id,
});

/** POST /services, contract 5.4. */
export const listServices: Operation = (call) => {
  const name = filterText(call, "Name");
  const centerId = filterText(call, "CenterId");
  const parentServiceId = filterText(call, "ParentServiceId");
  return [...call.store.services.all.values()]
    .filter(
      (service) =>
        service.dateArchived === null &&
        matchesName(call, service.name, name) &&
        // A service without a center is sold in every center.
        (centerId === null || service.centerId === null || service.centerId === centerId) &&
        (parentServiceId === null || service.parentServiceId === parentServiceId),
    )
    .map((service) => printService(call, service));
};

/** The v2 DTO was not captured; v3's is the best guide (contract 5.4). There are no taxes on v2. */
function printService(call: V2Call, service: Service): Printable {
  const { store } = call;
  return {
    id: service.id,
    dateLastModified: printDate(call, service.dateLastModified),
    name: service.name,
    centerId: service.centerId,
    centerName: store.centers.all.get(service.centerId ?? "")?.name,
    description: service.description,
    code: service.code,
    parentServiceId: service.parentServiceId,
    parentServiceName: store.services.all.get(service.parentServiceId ?? "")?.name,
  };
}

/** POST /centers, contract 5.5. */
export const listCenters: Operation = (call) => {
  const name = filterText(call, "Name");
  return [...call.store.centers.all.values()]
    .filter((center) => center.dateArchived === null && matchesName(call, center.name, name))
    .map((center) => printCenter(call, center));
};

/** POST /centers/save, contract 5.5. */
export const saveCenter: Operation = (call) => {
  const { members, store, account } = call;
  const fields: CenterFields = {
    name: requiredText(call, "Name"),
    address: addressOf(members, "Address"),
    timeZoneId: null,
    supportEmailAddress: null,
    thirdPartyAccountId: members.text("ThirdPartyAccountId"),
    defaultContractId: null,
  };
  return printCenter(call, store.centers.add(fields, account.user));
};

/** POST /centers/update, contract 5.5: selected by Id or Name; null leaves a member unchanged. */
export const updateCenter: Operation = (call) => {
  const { members, store, account, refuse } = call;
  const id = filterText(call, "Id");
  const name = filterText(call, "Name");
  const center = [...store.centers.all.values()].find((candidate) =>
    id === null ? candidate.name === name : candidate.id === id,
  );
  if (center === undefined) throw refuse.notFound("Center");
  const fields = given<Pick<CenterFields, "name" | "address" | "thirdPartyAccountId">>({
    name: filterText(call, "NewName"),
    address: addressOf(members, "Address"),
    thirdPartyAccountId: members.text("ThirdPartyAccountId"),
  });
  return printCenter(call, store.centers.change(center, fields, account.user));
};

/** CenterInfo, contract 6.6. */
function printCenter(call: V2Call, center: Center): Printable {
  return {
    id: center.id,
    dateLastModified: printDate(call, center.dateLastModified),
    name: center.name,
    address: center.address === null ? null : { ...center.address },
    timeZoneId: center.timeZoneId,
    supportEmailAddress: center.supportEmailAddress,
    thirdPartyAccountId: center.thirdPartyAccountId,
  };
}

/**
 * POST /call-allowance/balance, contract 5.7. The row was not captured: this is a plausible one, as calls are not simulated.
 */
export const listCallAllowanceBalances: Operation = (call) => {
  const clientId = filterText(call, "ClientId");
  return [...call.store.clients.all.values()]
    .filter((client) => client.dateArchived === null && (clientId === null || client.id === clientId))
    .filter(({ callAllowanceType }) => callAllowanceType !== "NotBillable")
    .map(({ id, name, callAllowanceType, callAllowanceAmount }) => ({
      clientId: id,
      clientName: name,
      callAllowanceType,
      callAllowanceAmount,
      used: 0,
      balance: callAllowanceAmount,
    }));
};
