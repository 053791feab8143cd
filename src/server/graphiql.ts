import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Plugin } from "graphql-yoga";
import { pageHeaders } from "./http/headers.ts";
import { isGraphql, wantsPage } from "./http/rules.ts";

/** GraphiQL, and its ready tabs: each runs as it stands on the sandbox. */

const firstLook = `# The sandbox is running: press the button.
# backendCalls, below the data, is what it cost.
query FirstLook {
  pbx: customers(first: 2, backends: ["pbx"]) {
    ...Customers
  }
  suite: customers(first: 2, backends: ["suite"]) {
    ...Customers
  }
  offices: customers(first: 2, backends: ["offices"]) {
    ...Customers
  }
  recurring: customers(first: 2, backends: ["recurring"]) {
    ...Customers
  }
  backends {
    key
    label
    kind
    currency
    health { status latencyMs message }
  }
}

fragment Customers on CustomerConnection {
  nodes { id name email status }
  unavailable { backend { key } code message }
}
`;

const customersWithCharges = `query CustomersWithCharges($backends: [String!] = ["suite"]) {
  customers(first: 5, backends: $backends) {
    nodes {
      name
      amountDue { amount currency }
      charges(first: 3) {
        nodes { name date status quantity amount { amount currency } service { name } }
      }
    }
  }
}
`;

const createCharge = `# The customer's id is a variable, below; on the
# sandbox it is filled in. Sent twice, the same
# key charges once.
# Backends want different things: one a serviceId,
# another a name. Backend.inputs tells.
mutation CreateCharge($customerId: ID!) {
  createCharge(
    input: {
      charge: { customerId: $customerId, amount: "19.99", taxAmount: "1.45", description: "Setup" }
      idempotencyKey: "graphiql-1"
    }
  ) {
    charge { id name date status amount { amount currency } total { amount currency } }
    errors { code message field backendCode retryable }
    operation { id status replayed steps { action status attempts } }
  }
}
`;

const taxFannedOut = `# One call, three backends: two create the tax,
# the third has no taxes and says so.
mutation TaxInSeveralBackends {
  createTax(input: { backends: ["pbx", "offices", "suite"], name: "City tax", rate: "2.5" }) {
    results {
      backend { key label }
      status
      tax { id name rate }
      errors { code message }
    }
    operation { id status }
  }
}
`;

const operationRecord = `# Every mutation is recorded before it is sent.
query Operations {
  operations(first: 5) {
    nodes {
      id
      mutation
      status
      idempotencyKey
      createdAt
      completedAt
      steps {
        backend { key }
        action
        status
        attempts
        error { code message }
        node { id __typename }
      }
    }
  }
}
`;

/** The tabs' documents, in order. */
export const graphiqlDocuments: readonly string[] = [
  firstLook,
  customersWithCharges,
  createCharge,
  taxFannedOut,
  operationRecord,
];

/**
 * The page for a browser that opens /graphql, after authentication, so that only callers get it.
 * @param sampleCustomerId of a backend that charges by amount alone: fills the variable of the tab that creates a charge
 */
export function graphiqlPage(sampleCustomerId: string | undefined): Plugin {
  let page: Promise<Page> | undefined;
  return {
    onRequest: async ({ request, url, endResponse, fetchAPI: { Response } }) => {
      if (!isGraphql(url.pathname) || request.method !== "GET" || !wantsPage(request.headers.get("accept"))) return;
      page ??= makePage(sampleCustomerId);
      const { headers, plain, packed } = await page;
      const packs = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
      endResponse(
        new Response(packs ? packed : plain, { headers: { ...headers, ...(packs && { "content-encoding": "gzip" }) } }),
      );
    },
  };
}

interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Buffer<ArrayBuffer>;
  readonly packed: Buffer<ArrayBuffer>;
}

/** The page's script is of several megabytes and rarely asked for: it is loaded when it is, and made once. */
async function makePage(sampleCustomerId: string | undefined): Promise<Page> {
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  const variables = JSON.stringify({ customerId: sampleCustomerId ?? "" }, null, 2);
  const html = renderGraphiQL({
    title: "Billing gateway",
    defaultTabs: graphiqlDocuments.map((query) => ({ query, ...(query === createCharge && { variables }) })),
  }).replace("</head>", () => `${steadyTabs}</head>`);
  const plain = Buffer.from(html);
  return { headers: pageHeaders(contentSecurityPolicy(html)), plain, packed: Buffer.from(await promisify(gzip)(plain)) };
}

/** GraphiQL's tabs jump away under the first click on them, because a stale transform is shown once they have the focus. */
const steadyTabs = "<style>.graphiql-tab { transform: none !important }</style>";

/**
 * The one script is allowed by its hash, so that no other can be put into the page. Monaco, the editor, writes styles into the
 * page, has its icons in data: addresses and starts its workers from blobs.
 */
function contentSecurityPolicy(html: string): readonly string[] {
  const script = html.slice(html.indexOf("<script>") + "<script>".length, html.lastIndexOf("</script>"));
  return [
    "default-src 'none'",
    // What a browser hashes is the parsed text, whose line ends are all "\n".
    `script-src 'sha256-${hash("sha256", script.replaceAll(/\r\n?/g, "\n"), "base64")}'`,
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "font-src data:",
    "img-src data:",
    "connect-src 'self'",
    "form-action 'none'",
  ];
}
