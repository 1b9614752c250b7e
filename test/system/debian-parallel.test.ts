import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseBootRecord } from '../../src/core/scripts/boot-record.ts';
import { lastResults, parseLastRc } from '../../src/core/scripts/last-rc.ts';
import { bootDebian, RCINIT, SERVICES, whyNoDebianMachine } from '../support/debian-machine.ts';
import { APPLETS, type Pid1 } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';

const reason = await whyNoDebianMachine(RCINIT);

describe.skipIf(reason !== undefined)(
  `Debian services that update-rc.d enabled, side by side ${reason ?? ''}`,
  () => {
    let machine: Pid1;

    beforeAll(async () => {
      machine = await bootDebian(RCINIT, [], 'update-rc.d');
    });
    afterAll(() => machine?.end());

    test('the links are those of the headers, and insserv’s files ask for side by side', () => {
      for (const level of ['2', '3', '4', '5']) expect(linked(machine, level, 'S')).toEqual(SERVICES);
      for (const level of ['0', '1', '6']) {
        expect(linked(machine, level, 'K')).toEqual(SERVICES.filter((name) => name !== 'cron'));
      }
      const depend = readFileSync(machine.path('/etc/init.d/.depend.start'), 'utf8');
      expect(/^TARGETS = (.*)$/m.exec(depend)?.[1]?.split(' ').toSorted()).toEqual(SERVICES);
    });

    test('all start, at the same time', async () => {
      const record = await waitFor('the boot record', () => bootLevel(machine), 120_000);
      expect(machine.console.lines.join('\n')).toContain(
        'Using makefile-style concurrent boot in runlevel 2.',
      );
      expect(record.scripts.map(({ name, outcome }) => `${name} ${outcome}`).toSorted()).toEqual(
        SERVICES.map((name) => `${name} ok`),
      );
      const starts = record.scripts.map(({ startedAt }) => startedAt ?? 0);
      const ends = record.scripts.map(({ startedAt, durationMs }) => (startedAt ?? 0) + durationMs);
      expect(Math.max(...starts)).toBeLessThan(Math.min(...ends));
    });

    test('the boot can be drawn', async () => {
      const chart = await machine.run([join(APPLETS, 'rcinit'), 'chart', '--format', 'svg']);
      expect(chart).toMatchObject({ code: 0, stderr: '' });
      const rows = [...chart.stdout.matchAll(/<title>([\w-]+) start, level 2;/g)].map(([, name]) => name);
      expect(rows.map(String).toSorted()).toEqual(SERVICES);
      expect(chart.stdout).toContain('class="ok critical"');
    });

    test('all stop again when the container ends', async () => {
      await waitFor('nginx', async () => (await machine.run(['service', 'nginx', 'status'])).code === 0);
      machine.signal('SIGTERM');
      expect(await machine.exited).toEqual({ code: 0, signal: null });
      const text = readFileSync(machine.path('/run/rcinit/last-rc.json'), 'utf8');
      const parsed = parseLastRc(text);
      const results = parsed.kind === 'parsed' ? lastResults(parsed.record) : new Map();
      for (const name of ['nginx', 'redis-server']) {
        expect(results.get(name)).toMatchObject({ action: 'stop', outcome: 'ok' });
      }
    });
  },
);

function linked(machine: Pid1, level: string, kind: 'S' | 'K'): readonly string[] {
  return readdirSync(machine.path(`/etc/rc${level}.d`))
    .filter((name) => name.startsWith(kind))
    .map((name) => name.slice('S00'.length))
    .toSorted();
}

/** Level 2, once all of it was run. */
function bootLevel(machine: Pid1) {
  const path = machine.path('/run/rcinit/last-boot.json');
  if (!existsSync(path)) return undefined;
  return parseBootRecord(readFileSync(path, 'utf8')).levels.find(({ level }) => level === '2');
}
