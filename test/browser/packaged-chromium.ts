import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const PACKAGE = path.resolve(import.meta.dirname, '../../node_modules/@sparticuz/chromium');
const INFLATE_MILLISECONDS = 120_000;

/** A Chromium executable, and the environment variables that it needs. */
export interface BrowserExecutable {
  readonly executablePath: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Unpacks the Chromium of `@sparticuz/chromium` (Linux x64, glibc 2.34 or newer), once, in a few seconds. It brings its
 * libraries and fonts, but its font configuration names a folder that does not exist, so ours is used.
 * @param folder the folder of unpacked browsers
 */
export function unpackChromium(folder: string): BrowserExecutable {
  const { version } = JSON.parse(fs.readFileSync(path.join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const home = path.join(folder, `chromium-${version}`);
  if (!fs.existsSync(home)) unpack(path.join(PACKAGE, 'bin'), home);
  return {
    executablePath: path.join(home, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: path.join(home, 'al2023', 'lib'),
      FONTCONFIG_FILE: path.join(home, 'fonts.conf'),
    },
  };
}

/** Unpacks under another name until complete, so that an interruption leaves nothing that looks unpacked. */
function unpack(archives: string, home: string): void {
  const unfinished = `${home}.${process.pid}`;
  fs.mkdirSync(unfinished, { recursive: true });
  try {
    execFileSync(process.execPath, [path.join(import.meta.dirname, 'inflate-chromium.ts'), archives], {
      env: { ...process.env, TMPDIR: unfinished },
      timeout: INFLATE_MILLISECONDS,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    fs.writeFileSync(path.join(unfinished, 'fonts.conf'), fontsConfig(home));
    fs.renameSync(unfinished, home);
  } catch (error) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    if (!fs.existsSync(home)) throw error;
  }
}

const fontsConfig = (home: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(home, 'fonts')}</dir>
  <cachedir>${path.join(home, 'font-cache')}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;
