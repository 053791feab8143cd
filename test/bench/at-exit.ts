const actions = new Set<() => void>();
process.once("exit", () => {
  for (const action of actions) action();
});

/**
 * Does something when this process exits, also by a signal that it has no other handler for than process.exit: processes and files
 * must not stay behind. Returns what takes that back.
 */
export function atExit(action: () => void): () => void {
  actions.add(action);
  return () => void actions.delete(action);
}
