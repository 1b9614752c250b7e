import { describe, expect, test } from 'vitest';
import { chartBoot } from '../../../../src/core/picture/boot-chart.ts';
import {
  addLevel,
  EMPTY_BOOT,
  formatBootRecord,
  parseBootRecord,
  type BootRecord,
} from '../../../../src/core/scripts/boot-record.ts';
import { drawSvg } from '../../../../src/core/picture/chart-svg.ts';
import { drawText } from '../../../../src/core/picture/chart-text.ts';
import type { LastRc, ScriptRecord } from '../../../../src/core/scripts/last-rc.ts';

const START = 1_700_000_000_000;

function script(name: string, from: number, to: number, after: readonly string[] = []): ScriptRecord {
  return {
    name,
    link: `/etc/rc2.d/S01${name}`,
    action: 'start',
    outcome: 'ok',
    exit: 0,
    signal: null,
    durationMs: to - from,
    why: null,
    startedAt: START + from,
    after,
  };
}

function level(name: string, started: number, ...scripts: ScriptRecord[]): LastRc {
  const facts = { previous: 'N', durationMs: 0, state: 'done', running: null, earlier: [] } as const;
  return { version: 1, level: name, started: START + started, ...facts, scripts };
}

function boot(...levels: LastRc[]): BootRecord {
  return { version: 1, levels };
}

const FAILED = { ...script('web', 700, 900, ['net']), outcome: 'failed' as const, why: 'exit 1' };
const BOOT = boot(
  level('S', 0, script('mount', 10, 200), script('clock', 10, 100)),
  level('2', 300, script('log', 300, 400), script('net', 300, 700), FAILED, {
    ...script('off', 0, 0),
    startedAt: null,
  }),
);

describe('chartBoot', () => {
  test('gives each script that ran a bar, by start, in time since the boot began', () => {
    expect(
      chartBoot(BOOT)?.bars.map((bar) => [bar.name, bar.levelMs, bar.readyMs, bar.startMs, bar.endMs]),
    ).toEqual([
      ['clock', 0, 0, 10, 100],
      ['mount', 0, 0, 10, 200],
      ['log', 300, 300, 300, 400],
      ['net', 300, 300, 300, 700],
      ['web', 300, 700, 700, 900],
    ]);
  });

  test('the critical path is what each waited for last', () => {
    expect(chartBoot(BOOT)).toMatchObject({ totalMs: 900, critical: ['mount', 'net', 'web'] });
  });

  test('who waited for a free place owes its start to whoever ended before', () => {
    const crowded = boot(
      level('2', 0, script('a', 0, 100), script('b', 0, 300), script('c', 300, 400, ['a'])),
    );
    expect(chartBoot(crowded)?.critical).toEqual(['b', 'c']);
  });

  test('one after the other all are critical', () => {
    const rows = [script('a', 0, 10), script('b', 10, 20), script('c', 20, 30)];
    expect(chartBoot(boot(level('2', 0, ...rows)))?.critical).toEqual(['a', 'b', 'c']);
  });

  test('there is nothing to draw of a boot without scripts', () => {
    expect(chartBoot(EMPTY_BOOT)).toBeUndefined();
    expect(chartBoot(boot(level('2', 0)))).toBeUndefined();
  });
});

describe('drawText', () => {
  const plain = { ok: (text: string) => text, failed: (text: string) => text };

  test('draws bars, waits and the critical path as wide as the terminal', () => {
    expect(drawText(chartBoot(BOOT)!, 40, plain)).toBe(
      [
        '5 scripts in 0.90 s, 1 failed',
        '  clock ## 0.09 s',
        '* mount #### 0.19 s',
        '  log         ## 0.10 s',
        '* net         ######### 0.40 s',
        '* web         .........##### 0.20 s failed',
        '# ran   - waited for a free place   . waited for what it needs   * critical path',
        '',
      ].join('\n'),
    );
  });

  test('a terminal does not obey names', () => {
    expect(drawText(chartBoot(boot(level('2', 0, script('\u001b[2J', 0, 10))))!, 80, plain)).not.toContain(
      '\u001b',
    );
  });
});

describe('drawSvg', () => {
  const svg = drawSvg(chartBoot(BOOT)!);

  test('has one row for each script, none outside the picture', () => {
    const size = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
    const [width, height] = [Number(size?.[1]), Number(size?.[2])];
    expect(svg.match(/<g><title>/g)).toHaveLength(5);
    for (const [, x, y] of svg.matchAll(/<rect class="[^"]*" x="([\d.]+)" y="([\d.]+)"/g)) {
      expect(Number(x)).toBeLessThan(width);
      expect(Number(y)).toBeLessThan(height);
    }
  });

  test('bars of the same start have the same left end, and longer ones are wider', () => {
    const bars = [
      ...svg.matchAll(/<title>(\w+) .*?class="(?:ok|failed)[^"]*" x="([\d.]+)" y="\d+" width="([\d.]+)"/g),
    ];
    const at = new Map(bars.map(([, name, x, width]) => [name, { x: Number(x), width: Number(width) }]));
    expect(at.get('log')?.x).toBe(at.get('net')?.x);
    expect(at.get('net')!.width).toBeCloseTo(at.get('log')!.width * 4, 0);
    expect(at.get('web')!.x).toBeCloseTo(at.get('net')!.x + at.get('net')!.width, 0);
  });

  test('tells failed, waiting and critical apart', () => {
    expect(svg).toContain('class="failed critical"');
    expect(svg.match(/<line class="needs" x1="490"/g)).toHaveLength(1);
    expect(svg.match(/class="ok critical" x="(?!560)/g)).toHaveLength(2);
  });

  test('is well-formed whatever a script is called', () => {
    const odd = drawSvg(chartBoot(boot(level('2', 0, script(`<&"'\u0001\ud800>`, 0, 10))))!);
    expect(odd).toContain('>&lt;&amp;&quot;&apos;??&gt;</text>');
  });
});

describe('boot record', () => {
  test('is read back as it was written', () => {
    expect(parseBootRecord(formatBootRecord(BOOT))).toEqual(BOOT);
  });

  test('a level that is run again replaces itself', () => {
    const again = level('2', 1_000, script('log', 1_000, 1_100));
    expect(addLevel(BOOT, again).levels.map(({ started }) => started - START)).toEqual([0, 1_000]);
  });

  test.each(['', '[]', '{"levels": 3}', '{"levels": [1, {}]}', '{"levels": [', 'null'])(
    '%j holds no level',
    (text) => {
      expect(parseBootRecord(text)).toEqual(EMPTY_BOOT);
    },
  );
});
