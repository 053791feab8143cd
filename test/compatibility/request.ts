/** The error of a request: the answer's errors, which graphql-request has as `response.errors` of its ClientError. */
export interface RequestError extends Error {
  readonly errors: readonly {
    readonly message: string;
    /** Absent if a variable does not have the type that the document declares. */
    readonly extensions?: { readonly code: string; readonly retryable?: boolean; readonly field?: readonly string[] };
  }[];
}

/** GraphQL without a client. Rejects with a RequestError when the answer has errors, with an AbortError when aborted. */
export function createRequest(url: string) {
  return async <Data>(query: string, variables: object, signal: AbortSignal | null = null): Promise<Data> => {
    const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }), signal });
    const { data, errors } = await response.json();
    if (errors) throw Object.assign(new Error(errors[0].message), { errors });
    return data;
  };
}
