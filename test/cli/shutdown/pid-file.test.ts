/** What stands in the pid file of a shutdown need not be true. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listeningRoot } from '../../support/control-fifo.ts';
import { skipUnlessHarmless } from '../../support/harmless.ts';
import { shutdown } from '../../support/shutdown-run.ts';

skipUnlessHarmless();

describe('shutdown -c', () => {
  test.each<[what: string, text: string | undefined, line: string]>([
    ['without a pid file', undefined, 'cannot find pid of running shutdown.'],
    ['with an empty one', '\n', 'cannot find pid of running shutdown.'],
    ['with one that holds no pid', '-1\n', 'cannot find pid of running shutdown.'],
    ['with the pid of nobody', '4194304\n', 'not running.'],
    ['with the pid of somebody else', `${process.pid}\n`, 'not running.'],
  ])('%s: 1', async (_, text, line) => {
    const { root } = listeningRoot(text === undefined ? {} : { 'run/shutdown.pid': text });
    expect(await shutdown(root, '-c', 'message')).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `shutdown: ${line}\n`,
    });
  });
});

describe('a pid file that is there already', () => {
  test.each<[what: string, text: string]>([
    ['empty', ''],
    ['no pid', 'soon\n'],
    ['everybody', '-1\n'],
    ['nobody any more', '4194304\n'],
    ['another program, that was given the number', `${process.pid}\n`],
  ])('and names %s is replaced', async (_, text) => {
    const { root, requests } = listeningRoot({ 'run/shutdown.pid': text });
    expect(await shutdown(root, '-h', 'now')).toMatchObject({ code: 0, err: '' });
    expect(requests()).toHaveLength(2);
  });

  test('and names a shutdown of sysvinit, which holds no lock of ours, counts', async () => {
    const { root, requests } = listeningRoot({ 'sbin/shutdown!': '#!/bin/sh\nexec 1>&-; read -r _\n' });
    const other = spawn(join(root, 'sbin/shutdown'), { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => void other.kill('SIGKILL'));
    await new Promise((resolve) => other.stdout.once('close', resolve).resume());
    writeFileSync(join(root, 'run/shutdown.pid'), `${other.pid}\n`);
    expect(await shutdown(root, '-h', 'now')).toMatchObject({
      code: 1,
      err: '\rshutdown: already running.\r\n',
    });
    expect(requests()).toEqual([]);
  });

  test('and cannot be written is a warning', async () => {
    const { root, requests } = listeningRoot();
    mkdirSync(join(root, 'run/shutdown.pid'));
    expect(await shutdown(root, '-h', 'now')).toMatchObject({
      code: 0,
      err: `shutdown: warning: cannot open ${root}/run/shutdown.pid\n`,
    });
    expect(requests()).toHaveLength(2);
  });
});
