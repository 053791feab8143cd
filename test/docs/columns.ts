/** The columns of tables that tell the backends apart, by the sandbox's backends. */
export const columns = {
  pbx: "Enswitch",
  suite: "HostedSuite v2",
  offices: "HostedSuite v3",
  recurring: "UniBill v01",
} as const;
