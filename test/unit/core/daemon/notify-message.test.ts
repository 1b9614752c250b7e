import { expect, test } from 'vitest';
import { parseNotifyMessage } from '../../../../src/core/daemon/notify-message.ts';

test.each([
  ['READY=1', [{ kind: 'ready' }]],
  ['READY=1\n', [{ kind: 'ready' }]],
  ['READY=0', []],
  ['STATUS=fine\nREADY=1\nMAINPID=4', [{ kind: 'ready' }]],
  ['EXTEND_TIMEOUT_USEC=2500000', [{ kind: 'extend', seconds: 2.5 }]],
  ['EXTEND_TIMEOUT_USEC=3600000000', [{ kind: 'extend', seconds: 3_600 }]],
  ['EXTEND_TIMEOUT_USEC=soon', [{ kind: 'unreadable', line: 'EXTEND_TIMEOUT_USEC=soon' }]],
  ['ERRNO=13', [{ kind: 'failed', errno: 13 }]],
  ['ERRNO=-1', [{ kind: 'unreadable', line: 'ERRNO=-1' }]],
  ['', []],
])('parseNotifyMessage reads %j', (text, expected) => {
  expect(parseNotifyMessage(text)).toStrictEqual(expected);
});
