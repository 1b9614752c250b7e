/** Keeps what each of several scripts prints together, as startpar(1) does. */
import type { Millis } from '../core/units.ts';

export interface OutputLimits {
  /** Output of a script that has been silent for so long is shown before its end. */
  readonly silenceMs: Millis | undefined;
  /** When nothing was shown for so long, the script with the oldest output speaks directly until it ends. */
  readonly quietMs: Millis | undefined;
}

export interface GroupedOutput {
  /** A script starts. As long as it is the only one it speaks directly: what it says may be the last of a machine. */
  readonly begin: (name: string) => void;
  readonly add: (name: string, text: string) => void;
  /** Shows the rest of what a script printed. Must be called for each that has begun. */
  readonly end: (name: string) => void;
}

/** Often enough that a limit of one second is kept. */
const LOOK_MS: Millis = 250;

interface Buffer {
  text: string;
  /** When its oldest and its newest unseen output came. */
  since: Millis;
  last: Millis;
}

/** @param show Gets whole lines, but for the last words of a script and of one that has fallen silent. */
export function groupOutput(
  { silenceMs, quietMs }: OutputLimits,
  show: (name: string, text: string) => void,
): GroupedOutput {
  const buffers = new Map<string, Buffer>();
  const atWork = new Set<string>();
  let speaker: string | undefined;
  let shownAt: Millis = performance.now();
  let looking: NodeJS.Timeout | undefined;
  const flush = (name: string): void => {
    const text = buffers.get(name)?.text ?? '';
    buffers.delete(name);
    if (text === '') return;
    shownAt = performance.now();
    show(name, text);
  };
  const look = (): void => {
    const now = performance.now();
    if (silenceMs !== undefined) {
      for (const [name, { last }] of buffers) if (now - last >= silenceMs) flush(name);
    }
    const oldest = [...buffers].toSorted(([, a], [, b]) => a.since - b.since)[0];
    if (quietMs !== undefined && speaker === undefined && oldest !== undefined && now - shownAt >= quietMs) {
      [speaker] = oldest;
      flush(speaker);
    }
    stopIfIdle();
  };
  const stopIfIdle = (): void => {
    if (buffers.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  };
  return {
    begin: (name) => atWork.add(name),
    add: (name, text) => {
      const now = performance.now();
      const { text: before, since } = buffers.get(name) ?? { text: '', since: now };
      buffers.set(name, { text: before + text, since, last: now });
      if (name === speaker || atWork.size === 1) flush(name);
      else if (silenceMs !== undefined || quietMs !== undefined) looking ??= setInterval(look, LOOK_MS);
    },
    end: (name) => {
      flush(name);
      atWork.delete(name);
      if (speaker === name) speaker = undefined;
      stopIfIdle();
    },
  };
}
