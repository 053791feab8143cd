/** A subscription over server-sent events (graphql-sse, "distinct connections mode"), as a front end keeps it open. */
export interface Subscription<Data> extends AsyncDisposable {
  /** All events so far, oldest first. */
  readonly events: readonly Data[];
}

/** Resolves once the gateway has accepted it: no change after that is missed. */
export async function subscribe<Data>(
  origin: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Subscription<Data>> {
  const ending = new AbortController();
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query, variables }),
    signal: ending.signal,
  });
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) throw new Error(await response.text());
  const events: Data[] = [];
  const reading = readEvents(response, (data) => events.push((data as { readonly data: Data }).data)).catch(() => {});
  return {
    events,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await reading;
    },
  };
}

async function readEvents(response: Response, tell: (data: unknown) => void): Promise<void> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      const data = lines.find((line) => line.startsWith("data: "));
      if (lines.includes("event: next") && data) tell(JSON.parse(data.slice("data: ".length)));
    }
  }
}
