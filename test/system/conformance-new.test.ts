/** What `rcinit new` writes is right in all checks of `rcinit test`: five kinds of service, both forms. */
import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../src/authoring/conformance/check.ts';
import { whyNoPid1 } from '../support/pid1.ts';
import { runApplet } from '../support/run-applet.ts';
import { makeServedRoot, PATHS } from '../support/served-root.ts';

const reason = whyNoPid1('overlay');
const KINDS = [
  ['foreground'],
  ['fork', '--fork'],
  ['notify', '--ready', 'notify'],
  ['reloads', '--reload', 'HUP'],
  ['once', '--oneshot'],
] as const;
const CASES = KINDS.flatMap(([kind, ...options]) =>
  (['full', 'declarative'] as const).map((form) => ({ kind, options, form })),
);

test.skipIf(reason !== undefined).each(CASES)('$kind, $form', async ({ kind, options, form }) => {
  const root = await makeServedRoot(kind, [...options, '--form', form], ['a b']);
  chmodSync(root.dir, 0o755);
  const lint = await runApplet('rcinit', ['lint', '--max-warnings', '0', root.script], {
    env: { PATH: PATHS.ours },
  });
  expect(lint).toMatchObject({ code: 0 });
  const { out, err } = await runApplet('rcinit', ['test', 'served', '--root', root.dir, '--json'], {
    env: { PATH: PATHS.ours },
  });
  expect(err).toBe('');
  const { results } = JSON.parse(out) as { readonly results: readonly CheckResult[] };
  const faults = results.filter(({ outcome }) => outcome === 'failed' || outcome === 'warning');
  expect(faults.map(({ name, got }) => `${name}: ${got}`)).toEqual([]);
});
