/** The audiences of the engine in the words of the page. */
const NAMES: Readonly<Record<string, string>> = {
  anonymous: 'Anonymous',
  'signed in': 'Signed in',
  owner: 'Owner',
  other: 'Other user',
};

/** Returns the name of an audience: `role ADMIN` becomes `ADMIN`. */
export const audienceName = (audience: string): string => NAMES[audience] ?? audience.replace(/^role /, '');
