import fs from 'node:fs';
import path from 'node:path';

const QUIET_MILLISECONDS = 200;

/**
 * Follows files: an editor saves in several steps, which count as one change. There is a watcher for each folder, because
 * Node's recursive one loses on Linux, for good, a file that has been replaced by another one, as sed and git do it.
 * @param folders where they are, or in a folder below; absolute
 * @param counts whether a file matters, by its absolute path
 * @param changed called when one of them has been made, changed or removed, and it has been quiet for 0.2 s
 * @returns ends the following
 */
export function followFiles(
  folders: readonly string[],
  counts: (file: string) => boolean,
  changed: () => void,
): () => void {
  const watchers = new Map<string, fs.FSWatcher>();
  let timer: NodeJS.Timeout | undefined;

  const forget = (folder: string) => {
    for (const [watched, watcher] of watchers) {
      if (watched !== folder && !watched.startsWith(folder + path.sep)) continue;
      watcher.close();
      watchers.delete(watched);
    }
  };
  const hear = (files: readonly string[]) => {
    if (!files.some(counts)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MILLISECONDS);
  };
  const follow = (folder: string) => {
    const watcher = fs.watch(folder, (event, name) => {
      const file = path.join(folder, name ?? '');
      hear([file]);
      if (event === 'change' || file === folder) return;
      // What is there now under this name may be another folder than before, and may have files in it already.
      forget(file);
      if (isFolder(file)) hear(followNew(file));
    });
    // A folder that has gone: the one above it says so.
    watcher.on('error', () => forget(folder));
    watchers.set(folder, watcher);
    for (const entry of fs.readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) follow(path.join(folder, entry.name));
  };
  const followNew = (folder: string): readonly string[] => {
    try {
      follow(folder);
      return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name));
    } catch (error) {
      // It has gone again already.
      if (isFolder(folder)) throw error;
      forget(folder);
      return [];
    }
  };

  folders.forEach(follow);
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
}

function isFolder(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
