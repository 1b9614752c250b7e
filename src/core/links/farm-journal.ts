/** The text of the journal of a change of the link farm: its steps. */
import type { FarmStep } from './farm-steps.ts';
import { RC_LEVELS } from '../runlevel.ts';

const VERSION = 1;
const NAME = /^[^/]+$/;
const FILE = /^\/(?:[^/]+\/)*\.depend\.(?:boot|start|stop)$/;

export function formatJournal(steps: readonly FarmStep[]): string {
  return `${JSON.stringify({ version: VERSION, steps })}\n`;
}

/** @returns Undefined for anything that no program of this kind has written. */
export function parseJournal(text: string): readonly FarmStep[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['version'] !== VERSION || !Array.isArray(value['steps'])) return undefined;
  const steps: readonly unknown[] = value['steps'];
  return steps.every(isStep) ? steps : undefined;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isLevel: Check = (value) => (RC_LEVELS as readonly unknown[]).includes(value);
const isName: Check = (value) => typeof value === 'string' && NAME.test(value);
const isFile: Check = (value) => typeof value === 'string' && FILE.test(value);

const SHAPES: Readonly<Record<FarmStep['kind'], Readonly<Record<string, Check>>>> = {
  'make-dir': { level: isLevel },
  add: { level: isLevel, name: isName, target: isText },
  retarget: { level: isLevel, name: isName, before: isText, after: isText },
  stage: { path: isFile, text: isText },
  rename: { level: isLevel, from: isName, to: isName, target: isText },
  remove: { level: isLevel, name: isName, target: isText },
  replace: { path: isFile, before: (value) => value === null || isText(value) },
};

function isStep(value: unknown): value is FarmStep {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(SHAPES, value['kind']))
    return false;
  const shape = SHAPES[value['kind'] as FarmStep['kind']];
  return Object.entries(shape).every(([key, check]) => check(value[key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
