import type { Pool, PoolClient, Query } from 'pg';

/** A pool on whose connections some statements are others: `replace` names what is sent instead, or null for the one asked. */
export function faultInjectingPool(pool: Pool, replace: (text: string) => string | null): Pool {
  const connect = async () => faultInjectingClient(await pool.connect(), replace);
  return Object.create(pool, { connect: { value: connect } }) as Pool;
}

function faultInjectingClient(client: PoolClient, replace: (text: string) => string | null): PoolClient {
  const query = (submitted: Query & { text: string; name: string; values: unknown[] }) => {
    const text = replace(submitted.text);
    // Under a name of its own: a prepared statement keeps its text.
    if (text !== null) Object.assign(submitted, { text, name: text.slice(0, 60), values: [] });
    return client.query(submitted);
  };
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = name === 'query' ? query : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
