import { gatewayKey } from "../config.ts";

/** Queries a running gateway over GraphQL, with the key of BILLING_GATEWAY_KEY: for commands that do not open its store. */
export interface GatewayEndpoint {
  /** The gateway's address, e.g. "http://127.0.0.1:4000"; /graphql is added if it has no path. */
  readonly url: string;
  readonly signal?: AbortSignal | undefined;
}

interface HttpAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Returns the data of the answer. Rejects with a sentence for people if there is none, or if there are errors. */
export async function ask<Data>(
  { url, signal }: GatewayEndpoint,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const key = gatewayKey();
  const response = await fetch(endpointOf(url), {
    method: "POST",
    // The key is only for the given address.
    redirect: "error",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw unreachable(url, cause);
  });
  const { data, errors } = await answerOf<Data>(response, url);
  if (errors?.length) throw new Error(errors.map(({ message }) => message).join("\n"));
  if (data == null) throw new Error(`${url} answered with HTTP status ${response.status} and no data.`);
  return data;
}

export function unreachable(url: string, cause: unknown): Error {
  return Object.assign(new Error(`The gateway at ${url} cannot be reached.`, { cause }), { code: unreachableCode });
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === unreachableCode;
}

const unreachableCode = "GATEWAY_UNREACHABLE";

async function answerOf<Data>(response: Response, url: string): Promise<HttpAnswer<Data>> {
  try {
    return (await response.json()) as HttpAnswer<Data>;
  } catch {
    throw new Error(`${url} answered with HTTP status ${response.status}, but is not a gateway.`);
  }
}

function endpointOf(url: string): URL {
  if (!URL.canParse(url)) throw new Error(`${url} is not an address such as http://127.0.0.1:4000.`);
  const endpoint = new URL(url);
  if (endpoint.pathname === "/") endpoint.pathname = "/graphql";
  return endpoint;
}
