import fs from 'node:fs';
import path from 'node:path';

const DEBOUNCE_MILLISECONDS = 200;

/**
 * Follows files: an editor saves in several steps, which count as one change. There is a watcher for each folder, because
 * Node's recursive one loses on Linux, for good, a file that has been replaced by another one, as sed and git do it.
 * @param folders where they are, or in a folder below; absolute
 * @param isIncluded whether a file matters, by its absolute path
 * @param onChange called when one of them has been made, changed or removed, and it has been quiet for 0.2 s
 * @returns ends the following
 */
export function watchFiles(
  folders: readonly string[],
  isIncluded: (file: string) => boolean,
  onChange: () => void,
): () => void {
  const watchers = new Map<string, fs.FSWatcher>();
  let timer: NodeJS.Timeout | undefined;

  const unwatch = (folder: string) => {
    for (const [watched, watcher] of watchers) {
      if (watched !== folder && !watched.startsWith(folder + path.sep)) continue;
      watcher.close();
      watchers.delete(watched);
    }
  };
  const scheduleChange = (files: readonly string[]) => {
    if (!files.some(isIncluded)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, DEBOUNCE_MILLISECONDS);
  };
  const watch = (folder: string) => {
    const watcher = fs.watch(folder, (event, name) => {
      const file = path.join(folder, name ?? '');
      scheduleChange([file]);
      if (event === 'change' || file === folder) return;
      // What is there now under this name may be another folder than before, and may have files in it already.
      unwatch(file);
      if (isFolder(file)) scheduleChange(watchNew(file));
    });
    // A folder that has gone: the one above it says so.
    watcher.on('error', () => unwatch(folder));
    watchers.set(folder, watcher);
    for (const entry of fs.readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) watch(path.join(folder, entry.name));
  };
  const watchNew = (folder: string): readonly string[] => {
    try {
      watch(folder);
      return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name));
    } catch (error) {
      // It has gone again already.
      if (isFolder(folder)) throw error;
      unwatch(folder);
      return [];
    }
  };

  folders.forEach(watch);
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
}

function isFolder(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
