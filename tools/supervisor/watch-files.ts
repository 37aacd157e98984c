import fs from 'node:fs';
import path from 'node:path';

const DEBOUNCE_MILLISECONDS = 200;

/**
 * Watches files and calls back once per change: an editor saves in several steps, which count as one.
 *
 * Each folder has its own watcher: on Linux, Node's recursive watcher loses a file that was replaced by a rename, as sed
 * and git do it. chokidar 5 is not used: it loses every later change in a folder that was removed and created again
 * within the same second, as `git checkout` does it (10 of 10 attempts).
 * @param folders absolute paths; their subfolders are watched too
 * @param isIncluded whether a file matters, by its absolute path
 * @param onChange called 0.2 s after the last one of a series of files was added, changed or removed
 * @returns a function that stops watching
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
      // The name may now belong to another folder than before, which may already have files.
      unwatch(file);
      if (isFolder(file)) scheduleChange(watchNew(file));
    });
    // If the folder was removed, the watcher of its parent reports that.
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
      // The folder was removed again in the meantime.
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
