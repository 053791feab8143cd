import { type Kysely, sql } from "kysely";
import { isPostgres, textType } from "../engine.ts";

/**
 * The directory: the backends' records, kept so that they can be found and compared without calls. All of it can be read from the
 * backends again.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createRecords(database);
  if (isPostgres(database)) await indexWordsInPostgres(database);
  else await indexWordsInSqlite(database);
  await createSources(database);
  await createChanges(database);
}

async function createRecords(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await numbered(database, "directory_records", "number")
    .addColumn("type", text, (column) => column.notNull())
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("name_words", text, (column) => column.notNull())
    .addColumn("other_words", text, (column) => column.notNull())
    .addColumn("data", text, (column) => column.notNull())
    .addColumn("fingerprint", text, (column) => column.notNull())
    .addColumn("changed_at", text, (column) => column.notNull())
    .addColumn("indexed_at", text, (column) => column.notNull())
    .addColumn("generation", "integer", (column) => column.notNull())
    .addUniqueConstraint("directory_records_key", ["type", "backend", "id"])
    .execute();
  const { schema } = database;
  await schema
    .createIndex("directory_records_walk")
    .on("directory_records")
    .columns(["type", "backend", "generation", "number"])
    .execute();
  await schema.createIndex("directory_records_order").on("directory_records").columns(["type", "backend", "number"]).execute();
  await schema.createIndex("directory_records_name").on("directory_records").columns(["name_words", "number"]).execute();
}

/**
 * The gateway makes the words (comparing/text.ts): letters, digits and single spaces. The tokenizer "ascii" splits at the spaces and
 * changes only ASCII capitals, which do not occur (SQLite, FTS5, 4.3.2).
 */
async function indexWordsInSqlite(database: Kysely<unknown>): Promise<void> {
  const remove = "insert into directory_words (directory_words, rowid, name_words, other_words)";
  const old = "values ('delete', old.number, old.name_words, old.other_words);";
  const add = `insert into directory_words (rowid, name_words, other_words)
    values (new.number, new.name_words, new.other_words);`;
  const statements = [
    `create virtual table directory_words using fts5 (name_words, other_words,
      content = 'directory_records', content_rowid = 'number', tokenize = 'ascii', prefix = '2 3 4')`,
    `create trigger directory_words_insert after insert on directory_records begin ${add} end`,
    `create trigger directory_words_delete after delete on directory_records begin ${remove} ${old} end`,
    `create trigger directory_words_update after update of name_words, other_words on directory_records
      begin ${remove} ${old} ${add} end`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(database);
}

/** Avoids PostgreSQL's own parser, which takes e-mail addresses and the like as one word. */
async function indexWordsInPostgres(database: Kysely<unknown>): Promise<void> {
  const vectorOf = (words: string) =>
    sql.raw(`tsvector generated always as (array_to_tsvector(array_remove(string_to_array(${words}, ' '), ''))) stored`);
  await database.schema
    .alterTable("directory_records")
    .addColumn("name_vector", vectorOf("name_words"))
    .addColumn("vector", vectorOf("name_words || ' ' || other_words"))
    .execute();
  for (const column of ["name_vector", "vector"]) {
    await database.schema
      .createIndex(`directory_records_${column}`)
      .on("directory_records")
      .using("gin")
      .column(column)
      .execute();
  }
}

async function createSources(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable("directory_sources")
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("type", text, (column) => column.notNull())
    .addColumn("generation", "integer", (column) => column.notNull())
    .addColumn("started_at", text)
    .addColumn("refreshed_at", text)
    .addColumn("position", text)
    .addColumn("error", text)
    .addPrimaryKeyConstraint("directory_sources_key", ["backend", "type"])
    .execute();
  await database.schema
    .createTable("directory_leases")
    .addColumn("backend", text, (column) => column.primaryKey())
    .addColumn("owner", text, (column) => column.notNull())
    .addColumn("until", text, (column) => column.notNull())
    .execute();
}

async function createChanges(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await numbered(database, "directory_changes", "seq")
    .addColumn("type", text, (column) => column.notNull())
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("at", text, (column) => column.notNull())
    .addColumn("noticed_at", text, (column) => column.notNull())
    .execute();
  await database.schema.createIndex("directory_changes_noticed").on("directory_changes").columns(["noticed_at"]).execute();
}

/** A table whose rows have increasing numbers, none of which is used twice. */
function numbered(database: Kysely<unknown>, table: string, key: string) {
  const creation = database.schema.createTable(table);
  return isPostgres(database)
    ? creation.addColumn(key, "bigint", (column) => column.primaryKey().generatedAlwaysAsIdentity())
    : creation.addColumn(key, "integer", (column) => column.primaryKey().autoIncrement());
}
