import { existsSync, readFileSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath } from "node:url";
import { sum, table } from "./figures.ts";

/** The summary of a processor profile: where the time went, by package and by folder of ours. */

type CallFrame = Profiler.ProfileNode["callFrame"];

export interface Place {
  readonly name: string;
  /** Share of the time in which the process was not idle. */
  readonly share: number;
}

export interface Summary {
  readonly places: readonly Place[];
  readonly functions: readonly Place[];
}

export function readSummary(file: string): Summary {
  const profile = JSON.parse(readFileSync(file, "utf8")) as Profiler.Profile;
  const sourceOf = createSources();
  return summaryOf({ ...profile, nodes: profile.nodes.map((node) => ({ ...node, callFrame: sourceOf(node.callFrame) })) });
}

/** The place of a bundled function in its source, by the source map beside the bundle. */
function createSources(): (frame: CallFrame) => CallFrame {
  const maps = new Map<string, SourceMap | null>();
  return (frame) => {
    if (!frame.url.startsWith("file:")) return frame;
    let map = maps.get(frame.url);
    if (map === undefined) {
      const file = fileURLToPath(`${frame.url}.map`);
      map = existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload) : null;
      maps.set(frame.url, map);
    }
    const entry = map?.findEntry(frame.lineNumber, frame.columnNumber);
    if (!entry || !("originalSource" in entry)) return frame;
    return { ...frame, url: new URL(entry.originalSource, frame.url).href, lineNumber: entry.originalLine };
  };
}

/** Self times: called functions have their own. Garbage collection is a place of its own. */
export function summaryOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Summary {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<CallFrame, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    // A delta is the time since the sample before.
    if (frame && frame.functionName !== "(idle)") spent.set(frame, (spent.get(frame) ?? 0) + (timeDeltas[index + 1] ?? 0));
  }
  const busy = sum([...spent.values()]);
  const shares = (nameOf: (frame: CallFrame) => string): readonly Place[] => {
    const times = new Map<string, number>();
    for (const [frame, time] of spent) times.set(nameOf(frame), (times.get(nameOf(frame)) ?? 0) + time);
    const places = Array.from(times, ([name, time]) => ({ name, share: time / busy }));
    return places.sort((left, right) => right.share - left.share);
  };
  return { places: shares(placeOf), functions: shares(functionOf) };
}

/** "undici", "src/reads", "node:net", "(garbage collector)". */
function placeOf({ url, functionName }: CallFrame): string {
  const npm = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (npm !== undefined) return npm;
  const internal = /^node:(?:internal\/)?([\w-]+)/.exec(url)?.[1];
  if (internal !== undefined) return `node:${internal}`;
  const ours = /\/(?:src|dist)\/((?:adapters\/)?[\w-]+)(?:\/|\.)/.exec(url)?.[1];
  if (ours !== undefined) return `src/${ours}`;
  if (url.includes("/test/bench/")) return "test/bench";
  // Without an address: V8's own, such as (garbage collector) and (program), and functions that it has built in.
  return functionName.startsWith("(") ? functionName : url || "built in";
}

function functionOf(frame: CallFrame): string {
  const { functionName, url, lineNumber } = frame;
  if (url === "") return functionName;
  const file = url.replace(/^.*\/(?:node_modules|src|dist|test)\//, "");
  return `${functionName || "(anonymous)"} ${file}:${lineNumber + 1}`;
}

const percent = (share: number | undefined): string => (share === undefined ? "" : `${(share * 100).toFixed(1)} %`);

/** Subjects side by side, in the order of the first one's times. */
export function formatPlaces(summaries: readonly { readonly name: string; readonly summary: Summary }[]): string {
  const shareIn = ({ summary }: (typeof summaries)[number], place: string): number | undefined =>
    summary.places.find(({ name }) => name === place)?.share;
  const least = 0.01;
  const places = new Set(
    summaries.flatMap(({ summary }) => summary.places.filter(({ share }) => share >= least).map(({ name }) => name)),
  );
  const rows = Array.from(places, (place) => [place, ...summaries.map((summary) => percent(shareIn(summary, place)))]);
  return table(["busy time in", ...summaries.map(({ name }) => name)], rows).join("\n");
}

const mostFunctions = 30;

export function formatFunctions({ functions }: Summary): string {
  const rows = functions.slice(0, mostFunctions).map(({ name, share }) => [name, percent(share)]);
  return table(["function", "self"], rows).join("\n");
}
