import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  controlError,
  decodeReplyLine,
  decodeRequestLine,
  encodeLine,
  type StatusReply,
} from '../../../../src/core/engine/control-message.ts';

const STATUS: StatusReply = {
  version: 1,
  kind: 'status',
  pid: 1,
  root: '/',
  place: 'machine',
  state: 'running',
  level: '2',
  previous: 'N',
  uptimeMs: 5,
  entries: [],
};
const FOREIGN = {
  version: 1,
  kind: 'error',
  message: 'init answered in a language this program does not know; are both of the same version?',
};

test('encodeLine is one line of JSON, whatever is in it', () => {
  expect(encodeLine({ version: 1, command: 'status' })).toBe('{"version":1,"command":"status"}\n');
  expect(encodeLine(controlError('a\nb'))).toBe('{"version":1,"kind":"error","message":"a\\nb"}\n');
});

describe('decodeRequestLine', () => {
  test('reads what encodeLine wrote', () => {
    const request = { version: 1, command: 'status' } as const;
    expect(decodeRequestLine(encodeLine(request))).toEqual(request);
    expect(decodeRequestLine('{"command":"status","version":1,"more":[1]}')).toEqual(request);
  });

  test('reads a request for a level', () => {
    const request = { version: 1, command: 'level', level: '3', sleepSeconds: 3 } as const;
    expect(decodeRequestLine(encodeLine(request))).toEqual(request);
    expect(decodeRequestLine('{"version":1,"command":"level","level":"s","sleepSeconds":-1}')).toEqual({
      ...request,
      level: 'S',
      sleepSeconds: -1,
    });
  });

  test.each<[line: string, message: string]>([
    ['{"version":1,"command":"level","level":"x","sleepSeconds":3}', 'no run level: "x"'],
    ['{"version":1,"command":"level","sleepSeconds":3}', 'no run level: undefined'],
    ['{"version":1,"command":"level","level":"3","sleepSeconds":1.5}', 'no number of seconds: 1.5'],
    ['', 'not a JSON object'],
    ['status', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['"status"', 'not a JSON object'],
    ['{"version":1', 'not a JSON object'],
    ['{}', 'unknown version undefined, this init speaks version 1'],
    ['{"version":2,"command":"status"}', 'unknown version 2, this init speaks version 1'],
    ['{"version":"1","command":"status"}', 'unknown version "1", this init speaks version 1'],
    ['{"version":1}', 'unknown command undefined'],
    ['{"version":1,"command":"reboot"}', 'unknown command "reboot"'],
    ['{"version":1,"command":{"status":1}}', 'unknown command {"status":1}'],
  ])('answers %s with an error', (line, message) => {
    expect(decodeRequestLine(line)).toEqual({ version: 1, kind: 'error', message });
  });

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const reply = decodeRequestLine(line);
        expect('command' in reply || reply.kind === 'error').toBe(true);
      }),
    );
  });
});

describe('decodeReplyLine', () => {
  test('reads what encodeLine wrote', () => {
    expect(decodeReplyLine(encodeLine(STATUS))).toEqual(STATUS);
    expect(decodeReplyLine(encodeLine(controlError('x')))).toEqual(controlError('x'));
  });

  test.each([
    '',
    'INIT',
    '{}',
    '[]',
    'null',
    '{"version":2,"kind":"status"}',
    '{"version":1,"kind":"levels"}',
  ])('says of %s that the versions differ', (line) => {
    expect(decodeReplyLine(line)).toEqual(FOREIGN);
  });
});
