import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { keepStatements } from "../../src/store/sqlite-driver.ts";

function open() {
  const database = new DatabaseSync(":memory:");
  database.exec(`create table operations (id text primary key, status text, looks integer);
    create table steps (operation_id text, action text);
    insert into operations values ('a', null, 2), ('b', 'PENDING', 0);
    insert into steps values ('a', 'charges/create');`);
  return { database, run: keepStatements(database) };
}

describe("a kept statement of SQLite", () => {
  it("gives rows by the names of their columns, each time", () => {
    const { run } = open();
    const ask = () => run("select id, looks as count, status from operations where looks >= ? order by id", [0]);
    const expected = {
      rows: [
        { id: "a", count: 2, status: null },
        { id: "b", count: 0, status: "PENDING" },
      ],
      changes: null,
    };
    expect(ask()).toEqual(expected);
    expect(ask()).toEqual(expected);
    expect(run("select id from operations where id = ?", ["c"])).toEqual({ rows: [], changes: null });
    expect(run("update operations set looks = looks + 1", [])).toEqual({ rows: [], changes: 2 });
    expect(run("update operations set looks = 9 where id = ? returning looks", ["a"]).rows).toEqual([{ looks: 9 }]);
  });

  it("gives each value its own name after another version of the gateway has added a column", () => {
    const { database, run } = open();
    const ask = () => run("select operations.*, steps.action from operations join steps on operation_id = id", []).rows;
    expect(ask()).toEqual([{ id: "a", status: null, looks: 2, action: "charges/create" }]);
    database.exec("alter table operations add column run_id text default 'r'");
    const now = [{ id: "a", status: null, looks: 2, run_id: "r", action: "charges/create" }];
    expect(ask()).toEqual(now);
    expect(ask()).toEqual(now);
  });
});
