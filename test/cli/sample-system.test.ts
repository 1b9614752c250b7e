/** The sample system as a whole: its table, its links, and what its scripts do where something is wrong. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseInittab } from '../../src/core/inittab/inittab.ts';
import { RC_LEVELS } from '../../src/core/runlevel.ts';
import { CHECKOUT, copySampleRoot, processesOf, runScript, type SampleRoot } from '../support/sample-root.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree, writeTree } from '../support/with-tree.ts';

const NAMES = ['clock', 'folders', 'greeter', 'scribe', 'web'];
const DAEMONS = NAMES.filter((name) => name !== 'folders');
const NOBODY = 65534;

test('the inittab is read without a remark and has an entry for every level', () => {
  const text = readFileSync(join(CHECKOUT, 'etc/inittab'), 'utf8');
  const { table, diagnostics } = parseInittab([{ path: '/etc/inittab', text }]);
  expect(diagnostics).toEqual([]);
  expect(table.defaultLevel).toBe('3');
  for (const level of ['0', '1', '2', '3', '4', '5', '6']) {
    expect(table.entries.find((entry) => entry.levels === level)?.command).toBe(`rc ${level}`);
  }
});

describe('links', () => {
  test('init.d holds the five services and nothing else', () => {
    expect(readdirSync(join(CHECKOUT, 'etc/init.d')).toSorted()).toEqual(NAMES);
    expect(readlinkSync(join(CHECKOUT, 'etc/init.d'))).toBe('../init.d');
  });

  test.each(NAMES)('%s is linked into exactly the levels of its header', (name) => {
    const [start, stop] = [header(name, 'Default-Start'), header(name, 'Default-Stop')];
    const expected = RC_LEVELS.flatMap((level) => {
      const kind = start.includes(level) ? 'S' : stop.includes(level) ? 'K' : undefined;
      return kind === undefined ? [] : [`${level}${kind} ../init.d/${name}`];
    });
    const present = RC_LEVELS.flatMap((level) =>
      linksOf(level)
        .filter((link) => link.name === name)
        .map(({ kind, target }) => `${level}${kind} ${target}`),
    );
    expect(present).toEqual(expected);
  });

  test.each(RC_LEVELS.map((level) => ({ level })))('level $level starts and stops in order', ({ level }) => {
    const links = linksOf(level);
    const numberOf = (kind: string, name: string) =>
      links.find((link) => link.kind === kind && link.name === name)?.number;
    for (const { kind, name, number } of links) {
      const direction = kind === 'S' ? 'Start' : 'Stop';
      for (const other of [
        ...header(name, `Required-${direction}`),
        ...header(name, `Should-${direction}`),
      ]) {
        const others = numberOf(kind, other);
        if (others === undefined) continue;
        expect(kind === 'S' ? others < number : number < others, `${kind} ${name} ${other}`).toBe(true);
      }
    }
  });

  test('every script has all fields of the header', () => {
    const fields = [
      'Required-Start',
      'Required-Stop',
      'Should-Start',
      'Should-Stop',
      'Default-Start',
      'Default-Stop',
    ];
    for (const name of NAMES) {
      const text = readFileSync(join(CHECKOUT, 'init.d', name), 'utf8');
      for (const field of [...fields, 'Short-Description', 'Description'])
        expect(text).toContain(`\n# ${field}:`);
      expect(header(name, 'Provides')).toEqual([name]);
    }
  });
});

describe('where something is wrong', () => {
  test.each(DAEMONS)('%s start says 5 and which file is missing', async (name) => {
    const root = await startedRoot();
    const program = join(root.dir, `etc/sample/${name === 'web' ? 'web/server' : name}.mjs`);
    rmSync(program);
    const stderr = `${name}: ${program} is not there; is RCINIT_ROOT the folder of the system?\n`;
    for (const action of ['start', 'restart']) {
      expect(await root.run(name, [action])).toEqual({ code: 5, stdout: '', stderr });
    }
    expect((await root.run(name, ['status'])).code).toBe(3);
  });

  test.each(DAEMONS)('%s start says 6 before folders was started', async (name) => {
    const root = await copySampleRoot();
    expect(await root.run(name, ['start'])).toEqual({
      code: 6,
      stdout: '',
      stderr: `${name}: ${root.dir}/run is missing; run: service folders start\n`,
    });
  });

  test('start says 4 to who may not write there', async () => {
    const root = await startedRoot();
    chmodSync(root.dir, 0o755);
    chmodSync(join(root.dir, 'run'), 0o555);
    const uid = process.getuid?.() === 0 ? { uid: NOBODY } : {};
    for (const name of DAEMONS) {
      expect(await root.run(name, ['start'], uid)).toEqual({
        code: 4,
        stdout: '',
        stderr: `${name}: cannot write to ${root.dir}/run; become its owner\n`,
      });
    }
  });

  test('greeter says 6 without a greeting, and keeps running when a reload would lose it', async () => {
    const root = await startedRoot();
    const config = join(root.dir, 'etc/greeter.conf');
    expect((await root.run('greeter', ['start'])).code).toBe(0);
    expect(await hear(root)).toBe('Hello from a system that started in order.\n');
    writeFileSync(config, 'greeting = Good evening\n');
    expect((await root.run('greeter', ['reload'])).code).toBe(0);
    await waitFor('the new greeting', async () => (await hear(root)) === 'Good evening\n');
    writeFileSync(config, '# nothing\n');
    expect(await root.run('greeter', ['reload'])).toEqual({
      code: 6,
      stdout: '',
      stderr: `greeter: ${config} has no line: greeting = TEXT\n`,
    });
    expect((await root.run('greeter', ['restart'])).code).toBe(6);
    expect(await hear(root)).toBe('Good evening\n');
  });

  test.each(['0', '65536', '80a', '', '-1', '0080'])('web says 6 to the port "%s"', async (port) => {
    const root = await startedRoot();
    writeFileSync(join(root.dir, 'etc/default/web'), `PORT=${port}\n`);
    const { code, stderr } = await root.run('web', ['start']);
    expect(code).toBe(6);
    expect(stderr).toContain(`expected 1 to 65535; correct ${root.dir}/etc/default/web\n`);
  });

  test('web says which port is taken and what to do', async () => {
    const root = await startedRoot();
    const other = createServer().listen(root.port, '127.0.0.1');
    onTestFinished(() => void other.close());
    await waitFor('the other program', () => other.listening);
    expect(await root.run('web', ['start'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `web: cannot listen on 127.0.0.1:${root.port}: another program uses this port; ` +
        'end it or set another PORT in etc/default/web\n',
    });
    expect((await root.run('web', ['status'])).code).toBe(3);
    expect(processesOf(root.dir)).toEqual([]);
  });

  test('clock says 1 when the program ends at once', async () => {
    const root = await startedRoot();
    writeFileSync(join(root.dir, 'etc/sample/clock.mjs'), 'process.exit(3);\n');
    expect(await root.run('clock', ['start'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `clock: ended at once; see ${root.dir}/var/log/clock.log\n`,
    });
    expect((await root.run('clock', ['status'])).code).toBe(1);
  });

  test.each(DAEMONS)('%s stop goes on to KILL when TERM does not help', async (name) => {
    const root = await startedRoot();
    writeFileSync(join(root.dir, 'etc/default', name), `STOP_SECONDS=1\nPORT=${root.port}\n`);
    await root.run(name, ['start']);
    const pid = root.pidOf(name) ?? 0;
    process.kill(pid, 'SIGSTOP');
    expect(await root.run(name, ['stop'])).toEqual({
      code: 0,
      stdout: `${name} is stopped.\n`,
      stderr: '',
    });
    expect(processesOf(root.dir)).toEqual([]);
    expect((await root.run(name, ['start'])).code).toBe(0);
  });

  test.each(['1\n', `${process.pid}\n`])('a pid file with %j is nobody of ours', async (text) => {
    expect(await codesWithPidfile(text)).toEqual([1, 0, 0]);
  });

  test.each(['', 'x\n', '-1\n', '0\n', '99999999999999999999\n', '\u0000\u0001'])(
    'a pid file with %j says nothing: status 4, and start replaces it',
    async (text) => {
      expect(await codesWithPidfile(text)).toEqual([4, 0, 0]);
    },
  );

  test('stop leaves the process alone that a stale pid file names', async () => {
    const root = await startedRoot();
    writeFileSync(join(root.dir, 'run/scribe.pid'), `${process.pid}\n`);
    expect(await root.run('scribe', ['stop'])).toEqual({
      code: 0,
      stdout: 'scribe is already stopped.\n',
      stderr: '',
    });
  });
});

describe('from anywhere', () => {
  test('through the links of a level, as rc calls them', async () => {
    const root = await startedRoot();
    const link = join(root.dir, 'etc/rc3.d/S02clock');
    expect((await runScript(root.dir, link, ['start'], {})).code).toBe(0);
    expect((await runScript(root.dir, join(root.dir, 'etc/rc0.d/K02clock'), ['stop'], {})).code).toBe(0);
  });

  test('with a relative RCINIT_ROOT, and with a link to the root', async () => {
    const root = await startedRoot();
    const links = withTree({ 'root=': root.dir });
    expect((await root.run('clock', ['start'], { root: '.', cwd: root.dir })).code).toBe(0);
    expect((await root.run('clock', ['status'], { root: join(links, 'root') })).code).toBe(0);
    expect((await root.run('clock', ['stop'])).code).toBe(0);
  });

  test('find-node asks rcinit where PATH has no node', () => {
    const dir = withTree({
      'a/rcinit!': `#!${process.execPath}\n`,
      'b/rcinit!': shellForm(process.execPath),
      'c/': '',
    });
    const sed = spawnSync('sh', ['-c', 'command -v sed'], { encoding: 'utf8' }).stdout.trim();
    writeTree(dir, { 'tools/sed=': sed });
    const find = (place: string) => {
      const script = join(CHECKOUT, 'etc/sample/find-node');
      const path = `${dir}/${place}:${dir}/tools`;
      return spawnSync('/bin/sh', [script], { env: { PATH: path }, encoding: 'utf8' });
    };
    expect(find('a').stdout).toBe(`${process.execPath}\n`);
    expect(find('b').stdout).toBe(`${process.execPath}\n`);
    expect(find('c').status).toBe(5);
  });
});

describe('the page', () => {
  test('shows the services, and says so where no init answers', async () => {
    const root = await startedRoot();
    await root.run('greeter', ['start']);
    await root.run('web', ['start']);
    const { status, body } = await get(root.port, '/status.json');
    const { init, greeting, services } = JSON.parse(body) as Record<string, unknown> & {
      services: { name: string; state: string }[];
    };
    expect([status, init, greeting]).toEqual([200, null, 'Hello from a system that started in order.']);
    expect(services.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'clock stopped',
      'folders running',
      'greeter running',
      'scribe stopped',
      'web running',
    ]);
    for (const path of ['/', '/page.js', '/page.css']) expect((await get(root.port, path)).status).toBe(200);
  });

  test('passes on what init says', async () => {
    const root = await startedRoot();
    const reply = { version: 1, kind: 'status', level: '3', previous: 'N', entries: [] };
    mkdirSync(join(root.dir, 'run/rcinit'));
    const init = createServer((socket) =>
      socket.once('data', () => socket.end(`${JSON.stringify(reply)}\n`)),
    );
    onTestFinished(() => void init.close());
    init.listen(join(root.dir, 'run/rcinit/control.sock'));
    await root.run('web', ['start']);
    expect(JSON.parse((await get(root.port, '/status.json')).body)).toMatchObject({ init: reply });
  });

  test('is not for other names, other methods and other paths', async () => {
    const root = await startedRoot();
    await root.run('web', ['start']);
    expect((await get(root.port, '/', { host: 'example.org' })).status).toBe(421);
    expect((await get(root.port, '/', {}, 'POST')).status).toBe(405);
    expect((await get(root.port, '/../server.mjs')).status).toBe(404);
    expect((await get(root.port, '/constructor')).status).toBe(404);
  });
});

/** A root in which `folders` was started: run/ and var/log are there. */
async function startedRoot(): Promise<SampleRoot> {
  const root = await copySampleRoot();
  expect((await root.run('folders', ['start'])).code).toBe(0);
  return root;
}

/** What status, start and stop of clock say where its pid file holds this text. */
async function codesWithPidfile(text: string): Promise<number[]> {
  const root = await startedRoot();
  writeFileSync(join(root.dir, 'run/clock.pid'), text);
  const { code: status } = await root.run('clock', ['status']);
  const { code: start } = await root.run('clock', ['start']);
  expect(processesOf(root.dir)).toEqual([root.pidOf('clock')]);
  return [status, start, (await root.run('clock', ['stop'])).code];
}

function header(name: string, field: string): string[] {
  const text = readFileSync(join(CHECKOUT, 'init.d', name), 'utf8');
  const value = new RegExp(`^# ${field}:(.*)$`, 'm').exec(text)?.[1] ?? '';
  return value.split(/\s+/).filter((word) => word !== '');
}

function linksOf(level: (typeof RC_LEVELS)[number]) {
  const dir = join(CHECKOUT, `etc/rc${level}.d`);
  return readdirSync(dir).map((link) => {
    const [, kind = '', number = '', name = ''] = /^([SK])(\d\d)(.+)$/.exec(link) ?? [];
    return { kind, number: Number(number), name, target: readlinkSync(join(dir, link)) };
  });
}

/** What greeter says. */
function hear(root: SampleRoot): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    connect(join(root.dir, 'run/greeter.sock'))
      .setEncoding('utf8')
      .on('data', (chunk: string) => (text += chunk))
      .on('end', () => resolve(text))
      .on('error', reject);
  });
}

function get(port: number, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

/** The start of an applet whose node cannot stand on an interpreter line. */
function shellForm(node: string): string {
  return `#!/bin/sh\n":" //; exec '${node}' "$0" "$@"\n`;
}
