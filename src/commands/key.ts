import { Command, InvalidArgumentError } from "commander";
import { scopesProblem } from "../config/refusals.ts";
import { apiKeySchema } from "../config/schema.ts";
import { type Scope, scopes } from "../model/caller.ts";
import { digestOf, mintApiKey } from "../server/auth/authenticate.ts";

/** `billing-gateway key`: makes an API key for one caller. Nothing is stored: the key goes to the caller, its hash into the configuration. */

interface KeyOptions {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly backends: readonly string[];
}

function nameOf(text: string): string {
  const { success, error } = apiKeySchema.shape.name.safeParse(text);
  if (!success) throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(", ")}.`);
  return text;
}

function scopesOf(text: string): readonly Scope[] {
  const granted = wordsOf(text).map((word) => {
    const scope = scopes.find((each) => each === word);
    if (!scope) throw new InvalidArgumentError(`There is no scope ${JSON.stringify(word)}; there are ${scopes.join(", ")}.`);
    return scope;
  });
  const problem = scopesProblem(granted);
  if (problem !== null) throw new InvalidArgumentError(`It ${problem}.`);
  return granted;
}

function backendsOf(text: string): readonly string[] {
  return wordsOf(text).map((word) => {
    if (word === "*" || /^[a-z][a-z0-9-]*$/i.test(word)) return word;
    throw new InvalidArgumentError(`${JSON.stringify(word)} is not the key of a backend.`);
  });
}

function wordsOf(text: string): readonly string[] {
  return [...new Set(text.split(",").map((word) => word.trim()))];
}

/** Quotes a text for the configuration: JSON is YAML as well, and ${ begins a variable there unless written $${. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("${", () => "$${");
}

function explain(key: string, { name, scopes: granted, backends }: KeyOptions): string {
  const scopeList = granted.join(", ");
  const backendList = backends.map(quoted).join(", ");
  return [
    "The API key, for its caller. It is shown only now and cannot be shown again:",
    "",
    `  ${key}`,
    "",
    "Its row under auth.apiKeys in the gateway's configuration, which holds the hash only:",
    "",
    `    - { name: ${quoted(name)}, sha256: "${digestOf(key)}", scopes: [${scopeList}], backends: [${backendList}] }`,
    "",
    `The caller sends it with each request: Authorization: Bearer ${key.slice(0, 4)}…`,
  ].join("\n");
}

export function command(): Command {
  return new Command("billing-gateway key")
    .description("Makes an API key. Put only its hash into the configuration.")
    .requiredOption("--name <name>", "the caller's name, shown in logs and operations", nameOf)
    .requiredOption("--scopes <list>", `scopes, separated by commas: ${scopes.join(", ")}`, scopesOf)
    .option("--backends <list>", "keys of the backends that it may see, separated by commas; * = all", backendsOf, ["*"])
    .action((options: KeyOptions) => console.log(explain(mintApiKey(), options)));
}
