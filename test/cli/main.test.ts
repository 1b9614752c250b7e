import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { APPLET_NAMES } from '../../src/cli/applet-names.ts';
import { appletName, APPLETS } from '../../src/cli/main.ts';
import { withTree } from '../support/with-tree.ts';

describe('appletName', () => {
  test.each<[calledAs: string, name: string]>([
    ['telinit', 'telinit'],
    ['/sbin/telinit', 'telinit'],
    ['./dist/applets/rc', 'rc'],
    ['-init', 'init'],
    ['/sbin/-service', 'service'],
  ])('of %s is %s', (calledAs, name) => {
    expect(appletName(calledAs)).toBe(name);
  });

  test('of a link with the name of an applet is that name, of another link the name of the file behind', () => {
    const dir = withTree({ telinit: '', 'init=': 'telinit', 'go=': 'telinit', 'went=': 'go' });
    expect(appletName(join(dir, 'init'))).toBe('init');
    expect(appletName(join(dir, 'go'))).toBe('telinit');
    expect(appletName(join(dir, 'went'))).toBe('telinit');
  });

  test('of something else is its own name', () => {
    expect(appletName('/nonexistent/thing')).toBe('thing');
    expect(appletName('constructor')).toBe('constructor');
  });
});

describe('APPLETS', () => {
  test.each(APPLET_NAMES)('%s has a module of that name with an applet in it', async (name) => {
    expect(readdirSync(join(import.meta.dirname, '../../src/cli'))).toContain(
      `${name.replaceAll('.', '-')}.ts`,
    );
    expect((await APPLETS[name]()).applet).toBeTypeOf('function');
  });
});
