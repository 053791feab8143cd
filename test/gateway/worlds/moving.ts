import type { TestGateway } from "../../support/gateway.ts";
import type { Report } from "./oracle.ts";
import type { Simulator } from "./simulator.ts";
import { type Draw, drawLine, drawPerson } from "./world.ts";

/** Records that come, go and change while somebody pages, and answers that break off. */

type Asking = Pick<TestGateway, "send">;
interface Page {
  readonly nodes: readonly {
    readonly id: string;
    readonly backendId: string;
  }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly endCursor: string | null;
  };
  readonly unavailable: readonly { readonly message: string }[];
}

export interface MovingScene {
  readonly gateway: Asking;
  readonly key: string;
  readonly simulator: Simulator;
  readonly draw: Draw;
  readonly report: Report;
}

const page = `nodes { id backendId } pageInfo { hasNextPage endCursor } unavailable { message }`;
const mostPages = 300;

/** Pages through a list while `change` is called between pages. Every record that is there all the time comes exactly once. */
async function pageWhile(
  scene: MovingScene,
  document: string,
  variables: Record<string, unknown>,
  { idsNow, change }: { readonly idsNow: () => readonly string[]; readonly change: () => void },
): Promise<void> {
  const { gateway, draw, report } = scene;
  const first = draw.pick([1, 2, 5]);
  let stayed = new Set(idsNow());
  const seen: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { data, errors } = await gateway.send(document, {
      ...variables,
      first,
      after,
    });
    if (errors) return report(`${document}: ${JSON.stringify(errors)}`);
    const { nodes, pageInfo, unavailable } = data.list as Page;
    for (const { message } of unavailable) report(`while records change: ${message}`);
    seen.push(...nodes.map(({ backendId }) => backendId));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
    if (draw.chance(0.5)) change();
    const now = new Set(idsNow());
    stayed = new Set([...stayed].filter((id) => now.has(id)));
  }
  const twice = seen.filter((id, index) => seen.indexOf(id) !== index);
  if (twice.length > 0) report(`while records change: ${twice.join()} comes twice`);
  const missing = [...stayed].filter((id) => !seen.includes(id));
  if (missing.length > 0) report(`while records change: missing ${missing.join()} of ${stayed.size}, seen ${seen.length}`);
}

export async function pageCustomersWhileTheyMove(scene: MovingScene): Promise<void> {
  const { key, simulator, draw } = scene;
  const { world } = simulator;
  await pageWhile(
    scene,
    `query ($b: [String!], $first: Int, $after: String) { list: customers(backends: $b, first: $first, after: $after) { ${page} } }`,
    { b: [key] },
    {
      idsNow: () => simulator.people().map(({ backendId }) => backendId),
      change: () => {
        if (!simulator.removes || draw.chance(0.5))
          world.people.push(drawPerson(draw, simulator.nextId("person"), 70 + draw.integer(1, 900)));
        else world.people.splice(draw.integer(0, world.people.length - 1), 1);
      },
    },
  );
}

export async function pageChargesWhileTheyMove(
  scene: MovingScene,
  ids: readonly { readonly id: string; readonly backendId: string }[],
): Promise<void> {
  const { simulator, draw } = scene;
  const { world } = simulator;
  const alive = new Set(world.people.map(({ id }) => id));
  const owners = draw.shuffled(ids.filter(({ backendId }) => alive.has(backendId))).slice(0, 6);
  if (owners.length === 0) return;
  const mine = new Set(owners.map(({ backendId }) => backendId));
  await pageWhile(
    scene,
    `query ($ids: [ID!]!, $first: Int, $after: String) { list: charges(customerIds: $ids, first: $first, after: $after) { ${page} } }`,
    { ids: owners.map(({ id }) => id) },
    {
      idsNow: () => simulator.charges().flatMap(({ owner, backendId }) => (mine.has(owner) ? backendId : [])),
      change: () => {
        const owner = draw.pick(owners).backendId;
        if (!simulator.removes || draw.chance(0.5)) world.lines.push(drawLine(draw, simulator.nextId("line"), owner));
        else if (world.lines.length > 0) world.lines.splice(draw.integer(0, world.lines.length - 1), 1);
      },
    },
  );
}

/** Reads everything while answers break off: what comes is right, and what is missing is said. */
export async function readFromFaulty(
  { gateway, key, simulator, report }: MovingScene,
  ids: readonly { readonly id: string }[],
): Promise<void> {
  const listed = async (document: string, variables: Record<string, unknown>, wanted: readonly string[]): Promise<void> => {
    const { data, errors } = await gateway.send(document, variables);
    const { nodes, pageInfo, unavailable } = (data?.list ?? {
      nodes: [],
      pageInfo: { hasNextPage: false },
      unavailable: [],
    }) as Page;
    const isSaid = errors !== undefined || unavailable.length > 0 || pageInfo.hasNextPage;
    const known = new Set(wanted);
    const strange = nodes.filter(({ backendId }) => !known.has(backendId));
    if (strange.length > 0) report(`of broken answers: ${strange.map(({ backendId }) => backendId).join()} is not expected`);
    if (!isSaid && new Set(nodes.map(({ backendId }) => backendId)).size !== known.size)
      report(`of broken answers: ${nodes.length} of ${known.size}, and nobody says so`);
  };
  const people = simulator.people().map(({ backendId }) => backendId);
  // Charges of customers who are gone belong to nobody that is asked for.
  const owners = new Set(people);
  const charges = simulator.charges().flatMap(({ owner, backendId }) => (owners.has(owner) ? backendId : []));
  for (let left = 4; left > 0; left -= 1) {
    await listed(`query ($b: [String!]) { list: customers(backends: $b, first: 200) { ${page} } }`, { b: [key] }, people);
    if (ids.length === people.length && ids.length > 0)
      await listed(
        `query ($ids: [ID!]!) { list: charges(customerIds: $ids, first: 200) { ${page} } }`,
        { ids: ids.map(({ id }) => id) },
        charges,
      );
  }
}
