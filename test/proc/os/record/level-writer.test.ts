import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLevelWriter, type LevelWriter } from '../../../../src/os/record/level-writer.ts';
import { withTree } from '../../../support/with-tree.ts';

interface Written {
  readonly levels: LevelWriter;
  readonly problems: readonly string[];
  /** What the level file says; undefined where there is none. */
  readonly shown: () => string | undefined;
  readonly path: string;
}

function makeWriter(root = withTree({ 'var/run/': '', 'run/rcinit/': '' })): Written {
  const title = process.title;
  onTestFinished(() => void (process.title = title));
  const path = join(root, 'var/run/runlevel');
  const problems: string[] = [];
  const levels = createLevelWriter({ root, place: 'folder', say: (text) => void problems.push(text) });
  onTestFinished(() => levels.remove());
  const shown = (): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  return { levels, problems, shown, path };
}

test('a level is written by flush, once, and later ones by the next', () => {
  const { levels, shown, path } = makeWriter();
  levels.write('2', 'N');
  expect(shown()).toBe(undefined);
  levels.flush();
  expect([shown(), process.title]).toEqual(['2', 'rcinit [2]']);
  const { ino } = statSync(path);
  levels.flush();
  expect(statSync(path).ino).toBe(ino);
  levels.write('3', '2');
  levels.flush();
  expect([shown(), process.title]).toEqual(['3', 'rcinit [3]']);
});

test('a level is written without flush before anything else happens', async () => {
  const { levels, shown } = makeWriter();
  levels.write('2', 'N');
  await Promise.resolve();
  expect(shown()).toBe('2');
});

test('of several levels that nobody can have seen only the last is written', () => {
  const { levels, shown } = makeWriter();
  for (const level of ['#', '*', '2']) levels.write(level, 'N');
  expect(shown()).toBe(undefined);
  levels.flush();
  expect(shown()).toBe('2');
});

test('what was not written yet when there is no level any more is never written', async () => {
  const { levels, shown } = makeWriter();
  levels.write('2', 'N');
  levels.remove();
  await Promise.resolve();
  levels.flush();
  expect(shown()).toBe(undefined);
});

test('a disk that takes no level is told of once, however many levels there are', () => {
  const { levels, problems } = makeWriter(withTree({ run: 'no folder', 'var/run/': '' }));
  for (const level of ['2', '3']) {
    levels.write(level, 'N');
    levels.flush();
  }
  expect(problems).toEqual(['cannot write the level file: Not a directory, trying again every 5 s']);
});
