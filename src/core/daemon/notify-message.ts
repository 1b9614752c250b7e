/** What a daemon says about its readiness, in the protocol of sd_notify(3). */
import { parseUnsigned } from '../c-number.ts';

export type NotifyEvent =
  | { readonly kind: 'ready' }
  /** It needs more time: this long from now. */
  | { readonly kind: 'extend'; readonly seconds: number }
  /** It gave up; an errno number. */
  | { readonly kind: 'failed'; readonly errno: number }
  | { readonly kind: 'unreadable'; readonly line: string };

const MICROSECONDS = 1_000_000;

/** @param datagram Lines `NAME=VALUE`; what is not about readiness is left out. */
export function parseNotifyMessage(datagram: string): readonly NotifyEvent[] {
  return datagram.split('\n').flatMap((line): readonly NotifyEvent[] => {
    if (line === 'READY=1') return [{ kind: 'ready' }];
    const [, name, value = ''] = /^(EXTEND_TIMEOUT_USEC|ERRNO)=(.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    if (name === 'ERRNO') {
      const errno = parseUnsigned(value);
      return [errno === undefined ? { kind: 'unreadable', line } : { kind: 'failed', errno }];
    }
    // Longer than an int of microseconds, 35 minutes, is quite usual.
    const isNumber = /^[0-9]{1,18}$/.test(value);
    return [
      isNumber ? { kind: 'extend', seconds: Number(value) / MICROSECONDS } : { kind: 'unreadable', line },
    ];
  });
}
