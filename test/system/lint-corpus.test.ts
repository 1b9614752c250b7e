/** `rcinit lint` over the init scripts of Debian: it crashes nowhere, and is right where the answer is known. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readShellScript } from '../../src/core/shell/shell-script.ts';
import { fetchCorpus, noCorpus } from '../support/corpus.ts';
import { runApplet } from '../support/run-applet.ts';

const FETCH_AND_LINT_MS = 1_000_000;

interface Finding {
  readonly file: string;
  readonly code: string;
}

/** Those of the survey; the names are the files'. */
const WITHOUT_STATUS =
  'alsa-utils bird cpufrequtils cryptdisks cryptdisks-early darkstat hwclock.sh keepalived kmod loadcpufreq lxc lxc-net mount-configfs netfilter-persistent networking plymouth plymouth-log rdnssd screen-cleanup tinyproxy xen xendomains xl2tpd';
/** Known from running them: status ends with 0 or 1 where it should be 3. */
const WRONG_STATUS = ['beanstalkd', 'irqbalance', 'supervisor'];

describe.skipIf(noCorpus !== undefined)(
  `rcinit lint over Debian's scripts${noCorpus ? ` (skipped: ${noCorpus})` : ''}`,
  () => {
    test(
      'reads all of them, and finds what is known to be wrong',
      async () => {
        const dir = await fetchCorpus();
        const all = readdirSync(dir).sort();
        const unread = all.filter(
          (name) => readShellScript(readFileSync(join(dir, name), 'utf8')).problems.length > 0,
        );
        expect(unread).toEqual([]);

        const summary = await runApplet('rcinit', ['lint', '--no-shellcheck', '--summary', dir]);
        process.stdout.write(summary.out);
        expect(summary).toMatchObject({ code: 1, err: '' });
        expect(summary.out).toMatch(
          new RegExp(`\\nrcinit lint: \\d+ errors, \\d+ warnings, \\d+ notes in ${all.length} files\\n$`),
        );

        const { out } = await runApplet('rcinit', ['lint', '--no-shellcheck', '--format', 'json', dir]);
        const { findings } = JSON.parse(out) as { findings: readonly Finding[] };
        const named = (code: string) => [
          ...new Set(
            findings.filter((one) => one.code === code).map(({ file }) => file.slice(dir.length + 1)),
          ),
        ];
        expect(named('RC201').sort()).toEqual(WITHOUT_STATUS.split(' '));
        expect(named('RC207')).toEqual(expect.arrayContaining(WRONG_STATUS));
        expect(named('RC106')).toEqual(['mountnfs.sh']);
        // Nothing of Debian's is broken for the shell that it names.
        expect(named('RC302')).toEqual([]);
        expect(named('RC304')).toEqual([]);
      },
      FETCH_AND_LINT_MS,
    );
  },
);
