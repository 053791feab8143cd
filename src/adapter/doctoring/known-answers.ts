/** What is known of a backend's answers: what the doctor and the watch of a running gateway (connections/answer-watch.ts) compare with. */

export interface KnownMembers {
  /** What a record has by the contract. */
  readonly known: readonly string[];
  /** Of these, what the gateway cannot do without in a sample of records. */
  readonly needed: readonly string[];
  /** Of these, what the gateway shows. */
  readonly wanted: readonly string[];
}

export interface KnownAnswers {
  /** The member that holds the records of an answer; null: none does. */
  readonly within: string | null;
  /** By function, as calls name it. */
  readonly members: Readonly<Record<string, KnownMembers>>;
}
