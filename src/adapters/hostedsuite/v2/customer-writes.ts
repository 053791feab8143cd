import { z } from "zod";
import type { CallScope, Intent, WriteStep, Written } from "../../../adapter/adapter.ts";
import { warningsOf } from "../../../adapter/kit/comparing.ts";
import { type Age, fingerprint, given, knownIds, lookAmong, moment, noteIds, readNote } from "../../../adapter/kit/looking.ts";
import { isRow, type Row, rowIn } from "../../../adapter/kit/reading.ts";
import { createReplacing } from "../../../adapter/kit/replacing.ts";
import { withoutId } from "../../../adapter/kit/rows.ts";
import { changeStep } from "../../../adapter/kit/steps.ts";
import { notFound } from "../../../model/errors.ts";
import type { Customer, CustomerStatus } from "../../../model/model.ts";
import { comparisonIn, warningContext } from "../compared.ts";
import { type AddressMembers, pascalCase } from "../encode.ts";
import type { MappingContext } from "../map.ts";
import { type ChangeNote, changeNote, noClient, pick, type Stamps } from "../notes.ts";
import { memberOf, withMembers } from "../reading.ts";
import type { Call } from "./call.ts";
import { clientId, clientVersion, findClient, isClientArchived, listClients } from "./clients.ts";
import { comparedClient } from "./compared.ts";
import { customerFrom, lifeCycle } from "./map.ts";
import * as wire from "./wire.ts";

/** The written members of a client, under the input's names. */
interface ClientMembers {
  readonly name?: string | undefined;
  readonly reference?: string | undefined;
  readonly address?: AddressMembers | undefined;
}

const newClientNote = z.object({
  /** The ids of all clients; null where there are too many. */
  known: z.string().nullable(),
  since: moment,
});
type NewClientNote = z.output<typeof newClientNote>;

/** The steps that write clients (contract 4.4 to 4.6). */
export function createClientSteps(context: MappingContext, call: Call, stamps: Stamps) {
  const { backend } = context;
  const comparison = comparisonIn(context.currency);
  const { differing } = comparison;
  const told = warningContext(backend, comparison);
  const replace = createReplacing(backend, comparison);

  /** Maps a write's answer. Guess: it is a ClientInfo, or a bare object with an id (contract 4.4). */
  const written = (answer: Row): Written<Customer> => {
    const customer = customerFrom(context, answer);
    if (customer === null) throw new TypeError("an id was expected");
    return customer.organizationName === null ? { id: customer.id } : { id: customer.id, value: customer };
  };

  /** v2 shows no creation date of clients (contract 6.2), only a change date: an older client may have been changed since. */
  function agesBy({ known, since }: NewClientNote): (id: string, modified: string | null) => Age {
    const isKnown = known === null ? null : knownIds(known);
    return (id, modified) => {
      if (isKnown !== null) return isKnown(id) ? "older" : "since";
      return stamps.age(modified, since, true) === "older" ? "older" : "unknown";
    };
  }

  /** Whether a client was there before the request that is noted. */
  const isOlder = ({ id, raw }: Customer, { note }: Intent): boolean =>
    agesBy(readNote(note, newClientNote))(id, clientVersion(raw)) === "older";

  /** Creates a client. Looks read all clients: how the filter matches names is not documented (contract 4.2), and people correct names. */
  const save = ({ name, reference, address }: ClientMembers): WriteStep<Customer> => ({
    action: "POST /clients/save",
    note: async (_id, _intent, scope) => {
      const rows = await listClients(call, {}, scope);
      const known = noteIds(rows.flatMap((row) => clientId(row) ?? []));
      return JSON.stringify({ known, since: await stamps.momentNow(noClient, scope) } satisfies z.input<typeof newClientNote>);
    },
    send: async (_id, _intent, scope) => {
      const members = { Name: name, ThirdPartyAccountId: reference, Address: address && pascalCase(address) };
      return call({ route: "clients/save", members, writes: "customer", read: (json) => written(rowIn(json)) }, scope);
    },
    find: async (_id, intent, scope) => {
      const noted = readNote(intent.note, newClientNote);
      const ageOf = agesBy(noted);
      const rows = await listClients(call, {}, scope);
      const seen = rows.flatMap((row) => {
        const { id, dateLastModified } = wire.customerRow.parse(row);
        if (id === null) return [];
        const differs = differing(given({ name, reference, address }), comparedClient(row));
        return [{ id, claim: id, age: ageOf(id, dateLastModified), differs }];
      });
      const finding = lookAmong(seen);
      if (
        finding.ours.length === 0 &&
        rows.some((row) => clientId(row) === null && stamps.age(clientVersion(row), noted.since, true) !== "older")
      )
        throw withoutId(backend, "customers");
      return finding;
    },
    compare: async ({ raw }) => warningsOf(told, given({ name, reference, address }), comparedClient(raw)),
  });

  const update = (id: string, { name, reference, address }: ClientMembers): WriteStep<Customer> => {
    const sent = given({ name, reference, address });
    /** Guess: an address is replaced as a whole, so unchanged parts are sent again. */
    const bodyOf = (client: Row) => ({
      ClientId: id,
      // Not `Name`, which an update ignores without an error (contract 4.5).
      NewName: name,
      ThirdPartyAccountId: reference,
      Address: address && completeAddress(client, address),
    });

    const wholeOf = (client: Row): string => fingerprint([pick(comparedClient(client), sent), bodyOf(client)]);

    const write = async (members: Readonly<Record<string, unknown>>, scope: CallScope): Promise<Row> =>
      call({ route: "clients/update", members, writes: "customer", read: rowIn }, scope);

    const replacing = (noted: ChangeNote, scope: CallScope): Promise<Row> =>
      replace(id, {
        what: "The customer",
        noted,
        read: () => current(id, scope),
        versionOf: (client) => ({ version: clientVersion(client), whole: wholeOf(client) }),
        write: (client) => write(bodyOf(client), scope),
        compared: comparedClient,
        sent,
      });

    return changeStep(id, {
      ...told,
      action: "POST /clients/update",
      noted: changeNote,
      note: async (scope) => {
        const client = await current(id, scope);
        const was = pick(comparedClient(client), sent);
        return { was, version: clientVersion(client), whole: address ? wholeOf(client) : null };
      },
      before: (noted) => noted,
      send: async (noted, _intent, scope) => {
        const answer = await (address ? replacing(noted, scope) : write(bodyOf({}), scope));
        return customerFrom(context, answer)?.id === id ? written(answer) : { id };
      },
      sent: () => sent,
      now: async (_noted, scope) => {
        const client = await findClient(call, id, scope);
        return client && { members: comparedClient(client), version: clientVersion(client) };
      },
      shown: comparedClient,
      depth: 1,
    });
  };

  async function current(id: string, scope: CallScope): Promise<Row> {
    const client = await findClient(call, id, scope);
    if (client === null) throw notFound(backend, "The customer", ["id"]);
    return client;
  }

  /** The step of a change of state. v2 may not show archived clients: then only the state is known. */
  const stateChange = (
    id: string,
    action: string,
    status: CustomerStatus,
    send: (scope: CallScope) => Promise<Written<Customer>>,
  ): WriteStep<Customer> =>
    changeStep(id, {
      ...told,
      action,
      isState: true,
      noted: changeNote,
      note: async (scope) => {
        const client = await findClient(call, id, scope);
        if (client === null && status === "ARCHIVED") throw notFound(backend, "The customer", ["id"]);
        // A client that is already in the wanted state is found as changed.
        return { was: { status: other(status) }, version: clientVersion(client), whole: null };
      },
      before: (noted) => noted,
      send: (_noted, _intent, scope) => send(scope),
      sent: () => ({ status }),
      now: async (_noted, scope) => {
        const client = await findClient(call, id, scope);
        const now = { status: (await isClientArchived(call, id, client, scope)) ? "ARCHIVED" : "ACTIVE" };
        return { members: now, version: clientVersion(client) };
      },
      // An unknown or missing state contradicts nothing, nor does a client that is not shown any more.
      ...(status === "ACTIVE"
        ? { shown: (row: Row) => ({ status: isArchived(row) ? "ARCHIVED" : status }) }
        : {
            reread: async (_noted: ChangeNote, scope: CallScope) => ({
              status: isLive(await findClient(call, id, scope)) ? "ACTIVE" : status,
            }),
          }),
    });

  const archive = (id: string, read: (id: string, scope: CallScope) => Promise<Customer>): WriteStep<Customer> =>
    stateChange(id, "POST /clients/archive", "ARCHIVED", async (scope) => {
      const before = await read(id, scope);
      await call({ route: "clients/archive", members: { ClientId: id }, writes: "customer", read: rowIn }, scope);
      // The answer is empty, and a later read may not find the client, or not show its state (contract 4.6, 6.2).
      return { id, value: { ...before, status: "ARCHIVED" } };
    });

  const restore = (id: string): WriteStep<Customer> =>
    stateChange(id, "POST /clients/restore", "ACTIVE", async (scope) => {
      await call({ route: "clients/restore", members: { ClientId: id }, writes: "customer", read: rowIn }, scope);
      return { id };
    });

  return { save, isOlder, update, archive, restore };
}

const isArchived = (client: Row): boolean => lifeCycle(wire.customerRow.parse(client).entityStatus) === "ARCHIVED";

/** Whether the client's own state says that it is active. */
function isLive(client: Row | null): boolean {
  const entityStatus = client && wire.customerRow.parse(client).entityStatus;
  return entityStatus !== null && lifeCycle(entityStatus) === "ACTIVE";
}

const other = (status: CustomerStatus): CustomerStatus => (status === "ARCHIVED" ? "ACTIVE" : "ARCHIVED");

function completeAddress(client: Row, address: AddressMembers): Row {
  const stored = memberOf(client, "Address");
  return withMembers(isRow(stored) ? stored : {}, pascalCase(address));
}
