import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Command } from "commander";
import { createSchema, createYoga } from "graphql-yoga";
import { enswitch } from "./enswitch.ts";
import { hostedSuiteV2, hostedSuiteV3 } from "./hostedsuite.ts";
import { type Context, createContext, resolvers, typeDefs } from "./schema.ts";
import { v01 } from "./v01.ts";

/**
 * What a good developer writes in a day: Yoga, a DataLoader for each request, undici, and one call for one thing, over the same
 * backends. No validation of what comes back, no failure handling, no limits, no journal.
 */

interface PlainFile {
  readonly port: number;
  readonly backends: Readonly<Record<string, { readonly url: string; readonly password: string }>>;
}

const { config } = new Command().requiredOption("--config <file>").parse().opts<{ config: string }>();
const { port, backends } = JSON.parse(readFileSync(config, "utf8")) as PlainFile;

const kinds = { pbx: enswitch, suite: hostedSuiteV2, offices: hostedSuiteV3, recurring: v01 };
const clients = Object.entries(kinds).map(([key, create]) => {
  const { url = "", password = "" } = backends[key] ?? {};
  return create(key, url, password);
});

const yoga = createYoga<object, Context>({
  schema: createSchema<Context>({ typeDefs, resolvers }),
  context: () => createContext(clients),
  logging: false,
  landingPage: false,
  graphiql: false,
});
createServer(yoga).listen(port, "127.0.0.1");
