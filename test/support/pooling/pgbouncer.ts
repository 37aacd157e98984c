import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { withClient } from '../../../server/data/pg/with-client.ts';
import { freePort } from '../../../server/operations/ports.ts';

/** The user and group `nobody`. */
const NOBODY = 65_534;
/** How long PgBouncer may take to accept connections, in milliseconds. */
const START_TIMEOUT = 5_000;

/**
 * Returns a function that starts a PgBouncer in transaction mode in front of a server, with the role and the database of
 * a connection string (tools/pooler/build-pgbouncer.sh builds one).
 * @param binary path of the program, 1.21 or newer
 */
export const startPgBouncer = (binary: string) => async (url: string, folder: string) => {
  const { hostname, port: serverPort, username, password, pathname } = new URL(url);
  const database = pathname.slice(1);
  const port = await freePort();
  const users = path.join(folder, 'pgbouncer-users.txt');
  const settings = path.join(folder, 'pgbouncer.ini');
  fs.writeFileSync(users, `"${username}" "${decodeURIComponent(password)}"\n`, { mode: 0o600 });
  fs.writeFileSync(
    settings,
    `[databases]
${database} = host=${hostname} port=${serverPort} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 5
max_prepared_statements = 200
server_round_robin = 1
logfile = ${path.join(folder, 'pgbouncer.log')}
`,
    { mode: 0o600 },
  );
  // PgBouncer does not run as root.
  const other = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : null;
  if (other !== null) for (const file of [users, settings, folder]) fs.chownSync(file, other.uid, other.gid);
  const bouncer = spawn(binary, [settings], { stdio: 'ignore', ...other });
  const exited = once(bouncer, 'exit');
  const proxiedUrl = (direct: string) => Object.assign(new URL(direct), { host: `127.0.0.1:${port}` }).href;
  const close = async () => {
    bouncer.kill('SIGKILL');
    await exited;
  };
  const giveUpAt = performance.now() + START_TIMEOUT;
  for (;;) {
    try {
      await withClient(proxiedUrl(url), (client) => client.query('select'));
      return { proxiedUrl, close };
    } catch (error) {
      if (bouncer.exitCode !== null || performance.now() > giveUpAt) {
        await close();
        throw new Error(`${binary} does not serve connections; see ${path.join(folder, 'pgbouncer.log')}.`, {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};
