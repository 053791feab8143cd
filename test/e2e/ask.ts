/** A caller's view of the gateway: the answer to a document over HTTP. */
export interface Answer<Data> {
  readonly data: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly extensions?: { readonly backendCalls?: readonly { readonly backend: string; readonly function: string }[] };
}

interface Asking {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** Sends a document to the gateway at an origin. */
export async function ask<Data>(origin: string, query: string, { variables, signal }: Asking = {}): Promise<Answer<Data>> {
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  return (await response.json()) as Answer<Data>;
}
