import path from 'node:path';
import { inflate } from '@sparticuz/chromium';

/** Runs in a separate process, because the package unpacks into the folder that TMPDIR names. Argument: its folder of archives. */
const [, , archives = ''] = process.argv;
for (const name of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'])
  await inflate(path.join(archives, name));
