/** The files of a program as a power loss would leave them, at each moment of a trace of its system calls. */

/** What strace must watch, and how it must write it down, for {@link replayTrace}. */
export const straceFlags: readonly string[] = [
  ...['-f', '-y', '-xx', '-s', '70000'],
  ...['-e', 'trace=fsync,fdatasync,pwrite64,ftruncate,unlink,write,writev,sendto,sendmsg'],
];

export interface SyncedDisk {
  /**
   * The content of the file of this name as far as it was synced: writes since the start of its last finished sync are
   * left out, as none of them need be there after a power loss. Null when nothing of it was ever synced.
   */
  read(name: string): Buffer | null;
}

interface TracedFile {
  /** The bytes of which the disk is sure. */
  synced: Buffer | null;
  /** Changes in their order since. */
  pending: ((content: Buffer) => Buffer)[];
}

/**
 * Goes through the trace, and tells of each write into a socket with the disk as it was when the call began.
 * @param trace lines as strace writes them with {@link straceFlags}.
 * @param onSocketWrite `bytes` is what went into the socket.
 */
export function replayTrace(trace: string, onSocketWrite: (bytes: Buffer, disk: SyncedDisk) => void): void {
  const files = new Map<string, TracedFile>();
  const fileOf = (path: string): TracedFile => {
    const known = files.get(path) ?? { synced: null, pending: [] };
    files.set(path, known);
    return known;
  };
  const read = (name: string): Buffer | null =>
    [...files].find(([path]) => path.endsWith(`/${name}`))?.[1].synced ?? null;
  /** By thread: the file under sync, and how many of its changes came before the call. */
  const syncing = new Map<string, { file: TracedFile; count: number }>();
  const finishSync = (thread: string): void => {
    const sync = syncing.get(thread);
    if (sync === undefined) return;
    syncing.delete(thread);
    // Two syncs may overlap: what the other has taken along is no longer pending.
    for (const change of sync.file.pending.splice(0, sync.count)) {
      sync.file.synced = change(sync.file.synced ?? Buffer.alloc(0));
    }
    for (const other of syncing.values()) if (other.file === sync.file) other.count -= sync.count;
  };

  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (/^<\.\.\. f(data)?sync resumed>/.test(rest)) finishSync(thread);
    const [, name, path = ''] = /^(\w+)\(\d+<((?:[^>\\]|\\.)*)>/.exec(rest) ?? [];
    if (name === undefined) continue;
    const where = decode(path).toString();
    const bytes = (): Buffer => Buffer.concat([...rest.matchAll(/"([^"]*)"/g)].map(([, text = '']) => decode(text)));
    if (name === 'fsync' || name === 'fdatasync') {
      const file = fileOf(where);
      syncing.set(thread, { file, count: file.pending.length });
      if (!rest.includes('<unfinished')) finishSync(thread);
    } else if (name === 'pwrite64') {
      const [, size = '', offset = ''] = /", (\d+), (\d+)\b/.exec(rest) ?? [];
      const written = bytes();
      if (written.length !== Number(size)) throw new Error(`The trace lacks bytes: ${line.slice(-80)}`);
      fileOf(where).pending.push((content) => overwrite(content, written, Number(offset)));
    } else if (name === 'ftruncate') {
      const size = Number(/, (\d+)\)/.exec(rest)?.[1]);
      fileOf(where).pending.push((content) => overwrite(content.subarray(0, size), Buffer.alloc(0), size));
    } else if (/^(socket|TCP)/.test(where)) {
      onSocketWrite(bytes(), { read });
    }
  }
}

function overwrite(content: Buffer, bytes: Buffer, offset: number): Buffer {
  const result = Buffer.alloc(Math.max(content.length, offset + bytes.length));
  content.copy(result);
  bytes.copy(result, offset);
  return result;
}

/** What strace has written as `\x41`. */
function decode(text: string): Buffer {
  return text.startsWith('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex') : Buffer.from(text);
}
