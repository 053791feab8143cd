/** The members of a backend's answers by its contract. The doctor and the watch of a running gateway (connections/answer-watch.ts) compare with them. */

export interface KnownMembers {
  /** The members of a record by the contract. */
  readonly known: readonly string[];
  /** The known members that the gateway cannot do without in a sample of records. */
  readonly needed: readonly string[];
  /** The known members that the gateway shows. */
  readonly wanted: readonly string[];
}

export interface KnownAnswers {
  /** The member of an answer that holds the records; null where the answer is the records. */
  readonly within: string | null;
  /** The members of records by function, as calls name it. */
  readonly members: Readonly<Record<string, KnownMembers>>;
}
