import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/processes.ts";

/** The path of PgBouncer in Linux distributions; npm has no package of it. */
const programs = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"];
const program = programs.find((file) => existsSync(file));

/**
 * True, with a warning, if there is no PgBouncer: then its tests are skipped. In continuous integration nobody would notice that,
 * so there they fail.
 */
export const pgbouncerMissing = program === undefined && !process.env["CI"];
if (pgbouncerMissing) {
  console.warn(
    `SKIPPED: the tests of poolers need PgBouncer, which is none of ${programs.join(", ")}. Debian: apt install pgbouncer`,
  );
}

export interface PgBouncer extends AsyncDisposable {
  /** The database's address through PgBouncer. */
  readonly url: string;
}

/** Starts a PgBouncer in front of a database's server. Settings that are not given have PgBouncer's defaults. */
export async function startPgBouncer(
  databaseUrl: string,
  settings: Readonly<Record<string, string | number>>,
): Promise<PgBouncer> {
  if (program === undefined) throw new Error(`PgBouncer is none of ${programs.join(", ")}.`);
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), "gateway-pgbouncer-"));
  await chmod(folder, 0o755);
  const port = await freePort();
  const users = join(folder, "users.txt");
  await writeFile(users, `"${username}" "${decodeURIComponent(password)}"\n`);
  const all = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    auth_type: "scram-sha-256",
    auth_file: users,
    // PgBouncer refuses to run as root.
    ...(process.getuid?.() === 0 && { user: "nobody" }),
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  const file = join(folder, "pgbouncer.ini");
  await writeFile(file, ["[databases]", `* = host=${hostname} port=${serverPort}`, "[pgbouncer]", ...lines, ""].join("\n"));

  const child = startProcess(program, [file], { env: {} });
  const { promise: isUp, resolve, reject } = Promise.withResolvers<void>();
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  let printed = "";
  child.stdout.resume();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    if (/process up/.test(printed)) resolve();
  });
  child.once("error", reject);
  void closed.then(() => reject(new Error(`PgBouncer has ended. It printed:\n${printed}`)));
  await isUp;

  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await closed;
      await rm(folder, { recursive: true });
    },
  };
}
