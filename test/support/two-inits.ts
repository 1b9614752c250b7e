/** A small system whose `/sbin/init` can be replaced while it runs: by ours, by the unmodified sysvinit, by anything. */
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bootInit, type Booted, type BootOptions } from './booted-init.ts';
import { fetchPackages, unpackPackages } from './packages.ts';
import { APPLETS, whyNoPid1 } from './pid1.ts';
import { waitFor } from './wait-for.ts';

export type Init = 'sysvinit' | 'rcinit';

export interface TwoInits extends Booted {
  /** Puts a shell script where the running one was started from. */
  readonly installScript: (text: string) => void;
  /** Installs the other one, asks for the re-exec, and waits until the other one has taken over. */
  readonly handOver: (to: Init) => Promise<void>;
  /** Pids and commands of everything but init, e.g. `17 sleep 1000`. */
  readonly processes: () => Promise<readonly string[]>;
}

/** Why sysvinit cannot be run here, or undefined. */
export async function whyNoSysvinit(): Promise<string | undefined> {
  const reason = whyNoPid1('tree');
  if (reason !== undefined) return reason;
  return fetchPackages(['sysvinit-core']).then(
    () => undefined,
    (error: unknown) => `sysvinit is not to be had: ${String(error)}`,
  );
}

/** @returns The path of the unmodified program. */
async function unpackOriginal(dir: string): Promise<string> {
  const debs = await fetchPackages(['sysvinit-core']);
  await unpackPackages(
    debs.filter((deb) => /\/sysvinit-core_/.test(deb)),
    dir,
  );
  return join(dir, 'usr/sbin/init');
}

/** Boots under one of them, as `/sbin/init`. Everything is gone after the test. */
export async function bootTwoInits(
  inittab: string,
  first: Init,
  options: BootOptions = {},
): Promise<TwoInits> {
  const stage = mkdtempSync(join(tmpdir(), 'rcinit-two-inits-'));
  onTestFinished(() => rmSync(stage, { recursive: true, force: true }));
  const binary = await unpackOriginal(stage);
  const ready = join(stage, 'init');
  const place = (init: Init): string => {
    if (init === 'sysvinit') cpSync(binary, ready);
    else symlinkSync(join(APPLETS, 'init'), ready);
    return ready;
  };
  const booted = await bootInit(inittab, {
    ...options,
    init: '/sbin/init',
    tree: {
      ...options.tree,
      'sbin/init=': first === 'rcinit' ? join(APPLETS, 'init') : '/sysvinit',
    },
    files: { sysvinit: binary },
  });
  const at = join(booted.dir, 'sbin/init');
  const install = (init: Init): void => {
    rmSync(ready, { force: true });
    renameSync(place(init), at);
  };
  const handOver = async (to: Init): Promise<void> => {
    install(to);
    const from = booted.console.lines.length - 1;
    await booted.telinit('u');
    await booted.console.waitForLine(
      to === 'rcinit' ? /^INIT: version 0.* reloading$/ : /^INIT: version 3.* reloading$/,
      20_000,
      from,
    );
    await waitFor(
      'the writer of the state to be reaped',
      async () => !(await list(booted)).some((line) => / Z /.test(line)),
    );
  };
  return {
    ...booted,
    installScript: (text) => {
      writeFileSync(ready, text, { mode: 0o755 });
      renameSync(ready, at);
    },
    handOver,
    processes: async () => (await list(booted)).map((line) => line.replace(/ \S+ /, ' ')),
  };
}

async function list(booted: Booted): Promise<readonly string[]> {
  const { stdout } = await booted.run(['ps', '-e', '-o', 'pid=,ppid=,stat=,args=']);
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line))
    .flatMap((match) => (match === null || match[2] !== '1' ? [] : [`${match[1]} ${match[3]} ${match[4]}`]));
}
