import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  listRoot,
  NODE_STUB,
  makeInstallRoot,
  makeStubFiles,
  type Layout,
  whyNoInstall,
} from '../support/install-root.ts';
import { runApplet, type AppletRun } from '../support/run-applet.ts';

let removeNode: () => void;
beforeAll(() => {
  removeNode = makeStubFiles();
});
afterAll(() => removeNode());

const reason = whyNoInstall();
beforeEach(({ skip }) => skip(reason !== undefined, reason));

const rcinit = (...args: readonly string[]): Promise<AppletRun> =>
  runApplet('rcinit', args, { env: { PATH: process.env['PATH'] ?? '' } });
const install = (root: string, ...more: readonly string[]) =>
  rcinit('install', '--root', root, ...(more.includes('--node') ? [] : ['--node', NODE_STUB]), ...more);
const uninstall = (root: string, ...more: readonly string[]) => rcinit('uninstall', '--root', root, ...more);
const refused = (text: string): AppletRun => ({ code: 1, signal: null, out: '', err: text });

describe.each<Layout>(['usrmerge', 'split'])('in a root with %s folders', (layout) => {
  test('the plan of --dry-run is what is done, and changes nothing', async () => {
    const root = makeInstallRoot(layout);
    const before = listRoot(root);
    const plan = await install(root, '--dry-run');
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(listRoot(root)).toEqual(before);
    const { out } = await install(root);
    expect(out).toBe(
      `${plan.out}rcinit is installed in ${root}, run by ${NODE_STUB}; rcinit uninstall takes it back\n`,
    );
    const steps = JSON.parse((await uninstall(root, '--dry-run', '--json')).out) as {
      steps: { kind: string }[];
    };
    expect(steps.steps.map(({ kind }) => kind)).toContain('restore');
  });

  test('uninstall brings everything back: modes, owners, times, links, hard links', async () => {
    const root = makeInstallRoot(layout);
    const before = listRoot(root);
    await install(root);
    expect(listRoot(root)).not.toEqual(before);
    expect(await uninstall(root)).toMatchObject({ code: 0, err: '' });
    expect(listRoot(root)).toEqual(before);
    expect(await uninstall(root)).toEqual({
      code: 0,
      signal: null,
      out: 'rcinit is not installed\n',
      err: '',
    });
  });

  test('a second installation changes nothing', async () => {
    const root = makeInstallRoot(layout);
    await install(root);
    const before = listRoot(root);
    expect(await install(root)).toEqual({
      code: 0,
      signal: null,
      out: 'rcinit is installed already; nothing to do\n',
      err: '',
    });
    expect(listRoot(root)).toEqual(before);
  });
});

test('an upgrade changes one link, and keeps what was kept', async () => {
  const root = makeInstallRoot('usrmerge');
  const before = listRoot(root);
  await install(root);
  const current = readlinkSync(join(root, 'usr/lib/rcinit/current'));
  // Another Node makes another program.
  symlinkSync(NODE_STUB, join(root, 'usr/lib/x/node'));
  const { code, out } = await install(root, '--node', '/usr/lib/x/node');
  expect(code).toBe(0);
  expect(out.replaceAll(/0\.1\.0-\w+/g, 'NEW')).toBe(
    `record installing
copy the program to /usr/lib/rcinit/NEW, run by /usr/lib/x/node
point /usr/lib/rcinit/current to NEW
record installed
remove former versions of the program
rcinit is installed in ${root}, run by /usr/lib/x/node; rcinit uninstall takes it back
`,
  );
  expect(existsSync(join(root, 'usr/lib/rcinit', current))).toBe(false);
  rmSync(join(root, 'usr/lib/x/node'));
  expect(await uninstall(root)).toMatchObject({ code: 0, err: '' });
  expect(listRoot(root)).toEqual(before);
});

test('an upgrade to a Node that does not work leaves the former version', async () => {
  const root = makeInstallRoot('split', { more: { 'opt/old!': '#!/no/such/thing\n' } });
  await install(root);
  const before = listRoot(root).filter((line) => !line.startsWith('var/lib/rcinit/installed.json'));
  const { code, err } = await install(root, '--node', '/opt/old');
  expect(code).toBe(1);
  expect(err.replaceAll(/‘|’/g, "'")).toBe(
    `rcinit: cannot install into "${root}": /opt/old does not run there: chroot: failed to run command '/opt/old': No such file or directory\n` +
      'rcinit: the former version is in use again\n',
  );
  expect(listRoot(root).filter((line) => !line.startsWith('var/lib/rcinit/installed.json'))).toEqual(before);
  expect((await install(root)).out).toBe('rcinit is installed already; nothing to do\n');
});

test('a first installation that fails leaves nothing', async () => {
  const root = makeInstallRoot('usrmerge', { more: { 'opt/old!': '#!/no/such/thing\n' } });
  const before = listRoot(root);
  const { code, err } = await install(root, '--node', '/opt/old');
  expect({ code, last: err.trimEnd().split('\n').at(-1) }).toEqual({
    code: 1,
    last: 'rcinit: nothing is changed',
  });
  expect(listRoot(root)).toEqual(before);
});

describe('files that were changed since', () => {
  test('are left, and said to be', async () => {
    const root = makeInstallRoot('split');
    await install(root);
    rmSync(join(root, 'sbin/killall5'));
    writeFileSync(join(root, 'sbin/killall5'), 'mine\n');
    rmSync(join(root, 'sbin/rc'));
    writeFileSync(join(root, 'sbin/rc'), 'mine too\n');
    const { code, out } = await uninstall(root);
    expect(code).toBe(3);
    expect(out.split('\n').filter((line) => line.startsWith('leave'))).toEqual([
      'leave /sbin/rc: it was changed since the installation',
      'leave /sbin/killall5: it was changed since the installation; what was there before is /sbin/killall5.distrib',
    ]);
    expect(readFileSync(join(root, 'sbin/killall5'), 'utf8')).toBe('mine\n');
    expect(readFileSync(join(root, 'sbin/init'), 'utf8')).toBe('the init that was here\n');
  });

  test('are kept instead of the older ones by the next installation', async () => {
    const root = makeInstallRoot('split');
    await install(root);
    rmSync(join(root, 'sbin/init'));
    writeFileSync(join(root, 'sbin/init'), 'from an upgrade\n');
    expect(await install(root)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(root, 'sbin/init.distrib'), 'utf8')).toBe('from an upgrade\n');
    await uninstall(root);
    expect(readFileSync(join(root, 'sbin/init'), 'utf8')).toBe('from an upgrade\n');
  });

  test('uninstall refuses to leave a system without init', async () => {
    const root = makeInstallRoot('split');
    await install(root);
    rmSync(join(root, 'sbin/init.distrib'));
    expect(await uninstall(root)).toEqual(
      refused(
        `rcinit: cannot uninstall from "${root}": /sbin/init: what was there before is gone; install its package again, or go on without with --force\n`,
      ),
    );
    expect(await uninstall(root, '--force')).toMatchObject({ code: 0 });
    expect(existsSync(join(root, 'sbin/init'))).toBe(false);
  });

  test('our link with another target is never kept as an original', async () => {
    const root = makeInstallRoot('split');
    const before = listRoot(root);
    await install(root);
    rmSync(join(root, 'sbin/init'));
    symlinkSync('/usr/lib/rcinit/current/dist/applets/init', join(root, 'sbin/init'));
    expect(await install(root)).toMatchObject({ code: 0, err: '' });
    await uninstall(root);
    expect(listRoot(root)).toEqual(before);
  });
});

describe('refusals', () => {
  const check = async (root: string, text: string, ...more: readonly string[]) => {
    const before = existsSync(root) ? listRoot(root) : undefined;
    expect(await install(root, ...more)).toEqual(refused(`rcinit: cannot install into "${root}": ${text}\n`));
    if (before !== undefined) expect(listRoot(root)).toEqual(before);
  };

  test('no such root', () =>
    check('/no/such/root', 'no such folder; --root names the folder that stands for /'));

  test('no inittab, unless forced', async () => {
    const root = makeInstallRoot('split');
    rmSync(join(root, 'etc/inittab'));
    await check(
      root,
      'there is no /etc/inittab, and init would start nothing; write one first, or go on all the same with --force',
    );
    expect(await install(root, '--force')).toMatchObject({ code: 0, err: '' });
  });

  test("another init's system, unless forced", async () => {
    const root = makeInstallRoot('usrmerge');
    rmSync(join(root, 'sbin/init'));
    symlinkSync('/lib/systemd/systemd', join(root, 'sbin/init'));
    await check(
      root,
      "/sbin/init is systemd's, and this system's services are set up for systemd; " +
        'install sysvinit-core or another System V init first, or go on all the same with --force',
    );
    expect(await install(root, '--force')).toMatchObject({ code: 0, err: '' });
    await uninstall(root);
    expect(readlinkSync(join(root, 'sbin/init'))).toBe('/lib/systemd/systemd');
  });

  test('an old Node', async () => {
    const root = makeInstallRoot('split');
    const node = `#!/bin/sh\necho '{"version":"18.20.4","ffi":""}'\n`;
    writeFileSync(join(root, 'usr/bin/old-node'), node);
    chmodSync(join(root, 'usr/bin/old-node'), 0o755);
    expect((await install(root, '--node', '/usr/bin/old-node')).err).toBe(
      `rcinit: cannot install into "${root}": /usr/bin/old-node is Node 18.20.4, and 20.19 or newer is needed\n` +
        'rcinit: nothing is changed\n',
    );
  });

  test('something in the way of a backup, or a folder in the place of a command', async () => {
    const root = makeInstallRoot('split', { more: { 'sbin/init.distrib': '' } });
    mkdirSync(join(root, 'sbin/rc'));
    expect(await install(root)).toEqual(
      refused(
        `rcinit: cannot install into "${root}": /sbin/init.distrib is in the way of what has to be kept; move it somewhere else\n` +
          `rcinit: cannot install into "${root}": /sbin/rc is a folder; move it out of the way\n`,
      ),
    );
  });

  test('a record of another version', async () => {
    const root = makeInstallRoot('split', { more: { 'var/lib/rcinit/installed.json': '{"format":2}' } });
    await check(
      root,
      '/var/lib/rcinit/installed.json is no record of this version; use the rcinit that installed it',
    );
    expect((await uninstall(root)).code).toBe(1);
  });
});

test('links of the root never lead out of it', async () => {
  const root = makeInstallRoot('split');
  const outside = makeInstallRoot('split', { withNode: false });
  const before = listRoot(outside);
  renameSync(join(root, 'var'), join(root, 'data'));
  symlinkSync('/data', join(root, 'var'));
  renameSync(join(root, 'sbin'), join(root, 'usr/lib/sbin'));
  symlinkSync(`../../../../../../usr/lib/sbin`, join(root, 'sbin'));
  expect(await install(root)).toMatchObject({ code: 0, err: '' });
  expect(readlinkSync(join(root, 'usr/lib/sbin/init'))).toBe('../rcinit/current/dist/applets/init');
  expect(existsSync(join(root, 'data/lib/rcinit/installed.json'))).toBe(true);
  expect(listRoot(outside)).toEqual(before);
});

test('manual pages and completions are placed where nothing is, and somebody’s own are left', async () => {
  const own = 'etc/bash_completion.d/rcinit';
  const root = makeInstallRoot('usrmerge', { more: { [own]: 'mine\n' } });
  const before = listRoot(root);
  expect((await install(root)).code).toBe(0);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  expect(read('usr/local/share/man/man8/init.8')).toContain('.Dt INIT 8');
  expect(read('usr/local/share/man/man1/startpar.1')).toContain('.Dt STARTPAR 1');
  expect(read('usr/local/share/zsh/site-functions/_rcinit')).toContain('#compdef halt init');
  expect(read('usr/share/fish/vendor_conf.d/rcinit.fish')).toContain('function __rcinit_complete');
  expect(read(own)).toBe('mine\n');
  expect(await uninstall(root)).toMatchObject({ code: 0, err: '' });
  expect(listRoot(root)).toEqual(before);
});
