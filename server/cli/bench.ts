import { benchAccess } from '../../bench/access.ts';
import { runCommand } from './command.ts';

/** `npm run bench`: measures, and prints what it found; nothing fails by its figures. */
await runCommand(async ({ print }) => {
  benchAccess(print);
  return 0;
});
