/** The built executables, called in every way a system calls its commands. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listenForControl } from '../../src/os/pid1/control-socket.ts';
import { withTree } from '../support/with-tree.ts';

const APPLETS = join(import.meta.dirname, '../../dist/applets');
/** What init gives to its children, and nothing else. */
const BARE = { PATH: '/sbin:/usr/sbin:/bin:/usr/bin' };
const NOBODY = 65534;
const USAGE = 'Usage: telinit {-e VAR[=VAL] | [-t SECONDS] {0|1|2|3|4|5|6|S|s|Q|q|A|a|B|b|C|c|U|u}}\n';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
}

/** Not spawnSync: this process may have to answer meanwhile. */
async function run(path: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { env = BARE, cwd = '/', uid } = options;
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(path, args, { env, cwd, ...identity, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

function whyNotAsNobody(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can become nobody';
  const probe = spawnSync(join(APPLETS, 'rcinit'), ['--version'], { uid: NOBODY, gid: NOBODY });
  return probe.status === 0 ? undefined : 'nobody may not read this checkout';
}

const noNobody = whyNotAsNobody();

test('V8 takes what the build compiled, with the functions that a trial run called', () => {
  const folder = join(APPLETS, '../code');
  // Packages have no cache: they are required.
  for (const file of readdirSync(folder).filter((name) => /^(?!chalk-|execa-).*\.js$/.test(name))) {
    const code = readFileSync(join(folder, file), 'latin1');
    const cachedData = readFileSync(join(folder, `${file}.cache`));
    expect([file, new Script(code, { cachedData }).cachedDataRejected]).toEqual([file, false]);
    const untried = new Script(code, { filename: file }).createCachedData();
    expect([file, cachedData.length > 1.5 * untried.length]).toEqual([file, /^(init|rc)-/.test(file)]);
  }
});

describe('an applet works', () => {
  const ways: Record<string, (applet: string) => Promise<Ended>> = {
    'by its path': (applet) => run(join(APPLETS, applet), ['-x']),
    'through a relative path': (applet) => run(`./${applet}`, ['-x'], { cwd: APPLETS }),
    'without any environment': (applet) => run(join(APPLETS, applet), ['-x'], { env: {} }),
    'found through PATH': (applet) =>
      run('/bin/sh', ['-c', 'exec "$@"', 'sh', applet, '-x'], { env: { PATH: `${APPLETS}:${BARE.PATH}` } }),
    'through an absolute link from elsewhere': (applet) => {
      const dir = withTree({ 'sbin/': '' });
      symlinkSync(join(APPLETS, applet), join(dir, 'sbin', applet));
      return run(join(dir, 'sbin', applet), ['-x']);
    },
    'through a link to a link, called by a relative path': (applet) => {
      const dir = withTree({ 'sbin/': '', 'bin/': '', [`bin/${applet}=`]: `../sbin/${applet}` });
      symlinkSync(join(APPLETS, applet), join(dir, 'sbin', applet));
      return run(`bin/${applet}`, ['-x'], { cwd: dir });
    },
    'from a folder that was removed': (applet) => {
      const dir = withTree({ 'gone/': '' });
      const text = 'cd "$1" && rmdir "$1" && shift && exec "$@"';
      return run('/bin/sh', ['-c', text, 'sh', join(dir, 'gone'), join(APPLETS, applet), '-x']);
    },
  };

  test.each(Object.entries(ways))('%s', async (_, call) => {
    expect(await call('telinit')).toEqual({
      code: 1,
      out: '',
      err: `telinit: invalid option -- 'x'\n${USAGE}`,
    });
    expect(await call('runlevel')).toEqual({ code: 1, out: 'unknown\n', err: '' });
    expect(await call('rcinit')).toEqual({ code: 2, out: '', err: "rcinit: unknown option '-x'\n" });
  });
});

describe('a link with another name', () => {
  function link(name: string, applet: string): string {
    const dir = withTree({});
    symlinkSync(join(APPLETS, applet), join(dir, name));
    return join(dir, name);
  }

  test('is the applet behind it, and speaks in its own name', async () => {
    expect(await run(link('go', 'telinit'), ['-x'])).toEqual({
      code: 1,
      out: '',
      err: `go: invalid option -- 'x'\n${USAGE.replace('telinit', 'go')}`,
    });
    expect(await run(link('which-level', 'runlevel'), [])).toMatchObject({ code: 1, out: 'unknown\n' });
  });

  test('that is the name of another applet is that applet', async () => {
    expect(await run(link('runlevel', 'rcinit'), [])).toEqual({ code: 1, out: 'unknown\n', err: '' });
  });
});

test.each(['telinit', 'init'])('%s --version is the one of sysvinit', async (applet) => {
  expect(await run(join(APPLETS, applet), ['--version'])).toEqual({
    code: 0,
    out: 'SysV init version: 3.14\n\n',
    err: '',
  });
});

test('output that nobody reads any more is no error', () => {
  const text = '{ "$1" --help; echo "exit $?" >&2; } | true';
  const { stderr } = spawnSync('/bin/sh', ['-c', text, 'sh', join(APPLETS, 'rcinit')], {
    env: BARE,
    encoding: 'utf8',
  });
  expect(stderr).toBe('exit 0\n');
});

test.skipIf(noNobody !== undefined)(
  'telinit without a root must be run by root, whatever is asked',
  async () => {
    for (const args of [['3'], ['q'], [], ['-x'], ['-e', 'INIT_X=1']]) {
      expect(await run(join(APPLETS, 'telinit'), args, { uid: NOBODY })).toEqual({
        code: 1,
        out: '',
        err: 'telinit: must be superuser.\n',
      });
    }
    expect(await run(join(APPLETS, 'telinit'), ['--version'], { uid: NOBODY })).toMatchObject({
      code: 0,
      err: '',
    });
  },
);

test.skipIf(noNobody !== undefined)('telinit on a root asks for no more than the fifo does', async () => {
  const root = withTree({ 'run/': '' });
  chmodSync(root, 0o755);
  const env = { ...BARE, RCINIT_ROOT: root };
  expect(await run(join(APPLETS, 'telinit'), ['3'], { env, uid: NOBODY })).toEqual({
    code: 1,
    out: '',
    err: `telinit: ${root}/run/initctl: No such file or directory\n`,
  });
  spawnSync('mkfifo', ['-m', '600', join(root, 'run/initctl')]);
  expect(await run(join(APPLETS, 'telinit'), ['3'], { env, uid: NOBODY })).toEqual({
    code: 1,
    out: '',
    err: `telinit: ${root}/run/initctl: Permission denied\n`,
  });
});

test.skipIf(noNobody !== undefined)('rcinit status exits 4 where it may not ask', async () => {
  const root = withTree({});
  chmodSync(root, 0o755);
  const socket = join(root, 'run/rcinit/control.sock');
  const control = await listenForControl(socket, () => 'nothing');
  onTestFinished(() => control.close());
  const why = `cannot ask init through "${socket}": permission denied; run this as the user that runs init`;
  expect(await run(join(APPLETS, 'rcinit'), ['status', '--root', root], { uid: NOBODY })).toEqual({
    code: 4,
    out: '',
    err: `rcinit: ${why}\n`,
  });
  const json = await run(join(APPLETS, 'rcinit'), ['status', '--root', root, '--json'], { uid: NOBODY });
  expect([json.code, json.err]).toEqual([4, '']);
  expect(JSON.parse(json.out)).toEqual({ init: null, problem: why, scripts: [] });
});

test('rcinit NAME … is the applet of that name, also in its messages', async () => {
  const rcinit = join(APPLETS, 'rcinit');
  expect(await run(rcinit, ['telinit', '-x'])).toEqual({
    code: 1,
    out: '',
    err: `telinit: invalid option -- 'x'\n${USAGE}`,
  });
  const env = { ...BARE, RCINIT_ROOT: '/nonexistent' };
  expect(await run(rcinit, ['runlevel'], { env })).toEqual({ code: 1, out: 'unknown\n', err: '' });
});
