/** A program on a pseudo terminal, and what a person would see there: a real terminal emulator plays what it writes. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface TerminalOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly columns?: number;
}

export interface TestTerminal {
  type(text: string): void;
  /** What is seen, what has scrolled away included, without blank lines at the end. */
  lines(): Promise<string[]>;
  /** Everything that was written, with what drives the terminal. */
  raw(): string;
  /** Resolves once what is seen fits; fails when the program ends before, or after a long time. */
  waitFor(pattern: RegExp): Promise<void>;
  /** Resolves with the exit code when the program has ended. */
  readonly finished: Promise<number>;
  /** Ends the program where it still goes on. */
  close(): void;
}

const patienceMs = 40_000;

export function openTerminal(file: string, args: readonly string[], options: TerminalOptions): TestTerminal {
  const { columns = 80 } = options;
  const terminal = new xterm.Terminal({ cols: columns, rows: 50, scrollback: 10_000, allowProposedApi: true });
  const child = spawn(file, [...args], {
    cols: columns,
    rows: 50,
    cwd: options.cwd,
    env: { ...options.environment },
    name: options.environment.TERM ?? 'xterm-256color',
  });
  let raw = '';
  let ended = false;
  let changed: () => void = () => {};
  // Some shells ask the terminal for its cursor before they go on.
  terminal.onData((answer) => {
    if (!ended) child.write(answer);
  });
  child.onData((text) => {
    raw += text;
    terminal.write(text, () => changed());
  });
  const finished = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      ended = true;
      terminal.write('', () => {
        changed();
        resolve(exitCode);
      });
    });
  });
  const seen = (): string[] => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_none, at) => active.getLine(at));
    const texts: string[] = [];
    for (const line of lines) {
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped === true) texts[texts.length - 1] = `${texts.at(-1) ?? ''}${text}`;
      else texts.push(text);
    }
    while (texts.at(-1) === '') texts.pop();
    return texts;
  };
  return {
    type: (text) => child.write(text),
    lines: () => new Promise((resolve) => terminal.write('', () => resolve(seen()))),
    raw: () => raw,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => reject(new Error(`${why}; wanted ${pattern}, seen:\n${seen().join('\n')}`));
        const timer = setTimeout(() => fail('it never came'), patienceMs);
        const look = () => {
          if (pattern.test(seen().join('\n'))) resolve();
          else if (ended) fail('the program ended');
          else return;
          clearTimeout(timer);
          changed = () => {};
        };
        changed = look;
        look();
      }),
    finished,
    close: () => {
      if (!ended) child.kill('SIGKILL');
    },
  };
}
