#!/usr/bin/env node
import module from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Before anything else is loaded, which would fail there in ways that do not say why: dates of adapters need Temporal, which Node
 * has since version 26. The same as "engines" in package.json.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 26 || (major === 26 && minor < 1)) {
  console.error(`billing-gateway needs Node 26.1 or later. This is Node ${process.versions.node}.`);
  process.exit(1);
}

/**
 * The program. From source, what Node makes of more than 1,500 modules, stripping of types above all, is kept from one start to the
 * next: a third of a start's processor time less (npm run bench -- start). Only what is loaded after these lines is kept.
 *
 * Beside the packages, not in Node's usual place: what runs is read from there, and /tmp is everybody's. Where nothing can be
 * written, Node goes on without a word (nodejs.org/api/module.html, module.enableCompileCache). What is built for production
 * writes nothing beside its data; it keeps what it compiled only where its operator says so with NODE_COMPILE_CACHE.
 */
if (import.meta.filename.endsWith(".ts")) {
  module.enableCompileCache({ directory: fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)) });
}

const { limitHeap } = await import("./gateway/heap.ts");
limitHeap("usual");

const { runCommandLine } = await import("./processes/command-line.ts");
runCommandLine();
