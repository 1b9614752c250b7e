import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatDiagnostic } from '../../src/core/diagnostic.ts';
import { isPowerAction } from '../../src/core/inittab/inittab-actions.ts';
import { inittabLogLine, parseInittab } from '../../src/core/inittab/inittab.ts';
import { decodeRequest, encodeSetenv, REQUEST_BYTES } from '../../src/core/wire/initctl-message.ts';
import { splitRequests } from '../../src/core/wire/initctl-stream.ts';
import { planCommand } from '../../src/core/inittab/process-field.ts';
import { compareRcLinkNames, parseRcLink } from '../../src/core/links/rc-link.ts';
import {
  anyText,
  concatBytes,
  encodedRequest,
  fifoBytes,
  nearlyInittab,
  rightFields,
  variables,
} from './arbitraries.ts';

/** What must hold for any input at all. The unit tests run each shortly, `npm run fuzz` for as long as it is told. */
export interface NamedProperty {
  readonly name: string;
  /** Throws with the seed and the smallest counterexample. */
  readonly check: (limits: { readonly numRuns: number; readonly seed?: number }) => void;
}

function named<T>(name: string, input: fc.Arbitrary<T>, holds: (value: T) => void): NamedProperty {
  return { name, check: (limits) => fc.assert(fc.property(input, holds), limits) };
}

const path = '/etc/inittab';
const tab = '/etc/inittab.d/x.tab';

const twoTexts = fc.tuple(nearlyInittab, nearlyInittab);
const twoNames = fc.tuple(anyText, anyText);
const rightTable = fc.array(rightFields, { maxLength: 30 });
const cutRequests = fc.tuple(
  fc.array(encodedRequest, { maxLength: 6 }),
  fc.array(fc.nat(REQUEST_BYTES * 6), { maxLength: 10 }),
);

export const PROPERTIES: readonly NamedProperty[] = [
  named('parseInittab accounts for every line of any text, once', twoTexts, accountsForLines),
  named('parseInittab keeps its promises about the table for any text', nearlyInittab, keepsPromises),
  named('parseInittab reads back every right line', rightTable, readsBackLines),
  named('diagnostics can always be shown without control characters', nearlyInittab, showsSafely),
  named('planCommand gives plain words, or the shell the whole command', anyText, plansWords),
  named('splitRequests finds whole requests however they are cut into reads', cutRequests, joinsPieces),
  named('splitRequests finds a request after any rubbish', fc.tuple(fifoBytes, encodedRequest), recovers),
  named('splitRequests loses no byte unseen and makes up none', fifoBytes, countsBytes),
  named('decodeRequest takes anything of any length', fc.uint8Array({ maxLength: 800 }), decodesAnything),
  named('decodeRequest reads back what encodeSetenv wrote', variables, readsBackVariables),
  named('compareRcLinkNames orders as bytes do', twoNames, ordersLikeBytes),
  named('parseRcLink takes names apart so that they can be put together', anyText, takesApart),
];

function accountsForLines([first, second]: readonly [string, string]): void {
  const { table, diagnostics } = parseInittab([
    { path, text: first },
    { path: tab, text: second },
  ]);
  const errors = diagnostics.filter((one) => one.severity === 'error' && one.code !== 'invalid-initdefault');
  const places = [...table.entries.filter((entry) => entry.line > 0), ...errors].map(
    ({ file, line }) => `${file}:${line}`,
  );
  assert.equal(new Set(places).size, places.length);
  const expected = [
    ...linesWithContent(first).map((line) => `${path}:${line}`),
    ...linesWithContent(second).map((line) => `${tab}:${line}`),
  ];
  assert.ok(places.every((place) => expected.includes(place)));
  for (const place of expected.filter((one) => !places.includes(one))) {
    const [file, line] = place.split(':');
    const source = (file === path ? first : second).split('\n')[Number(line) - 1];
    assert.match(source ?? '', /:initdefault:/i, 'only such a line is neither entry nor error');
  }
}

/** Line numbers that hold neither a comment nor blanks alone. */
function linesWithContent(text: string): number[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap((line, index) => (/^[ \t]*(#|$)/.test(line.replace(/\r$/, '')) ? [] : [index + 1]));
}

function keepsPromises(text: string): void {
  const { entries } = parseInittab([{ path, text }]).table;
  const ids = entries.map((entry) => entry.id).filter((id) => id !== '~~');
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(entries.some((entry) => entry.levels.includes('S') && !isPowerAction(entry.action)));
  const firstOther = entries.findIndex((entry) => !isPowerAction(entry.action));
  assert.ok(entries.slice(firstOther).every((entry) => !isPowerAction(entry.action)));
  assert.ok(entries.every((entry) => Buffer.byteLength(entry.id) <= 4 && !entry.command.includes('\0')));
}

function readsBackLines(rows: readonly { levels: string; action: string; process: string }[]): void {
  const text = rows.map((row, index) => `${index}:${row.levels}:${row.action}:${row.process}`).join('\n');
  const { table, diagnostics } = parseInittab([{ path, text }]);
  assert.deepEqual(
    diagnostics.filter((one) => one.severity === 'error'),
    [],
  );
  const byLine = table.entries.filter((entry) => entry.line > 0).sort((a, b) => a.line - b.line);
  const found = byLine.map(({ action, command, records, shell }) => ({
    action,
    process: `${records ? '' : '+'}${shell === 'never' ? '@' : ''}${command}`,
  }));
  assert.deepEqual(
    found,
    rows.map(({ action, process }) => ({ action, process })),
  );
}

function showsSafely(text: string): void {
  for (const one of parseInittab([{ path, text }]).diagnostics) {
    const shown = `${formatDiagnostic(one)} ${inittabLogLine(one)}`.replaceAll('\n', '');
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(shown, /[\0-\u001f\u007f-\u009f]/);
    assert.ok(one.column >= 0 && one.column <= (one.source ?? '').length + 1);
  }
}

function plansWords(text: string): void {
  const line = `x:2:once:${text.replace(/[\0\n\r]/g, '')}`;
  const [entry] = parseInittab([{ path, text: line }]).table.entries;
  assert.ok(entry);
  const { argv } = planCommand(entry, '2', { initscript: false });
  if (argv[0] === '/bin/sh' && argv[1] === '-c') assert.deepEqual(argv.slice(2), [entry.command]);
  else assert.ok(argv.every((word) => /^[^ \t#]+$/.test(word)));
}

function joinsPieces([all, cuts]: readonly [Uint8Array[], number[]]): void {
  const { requests, bogus, rest } = readInPieces(concatBytes(all), cuts);
  assert.deepEqual(requests, all);
  assert.deepEqual([bogus, rest.length], [0, 0]);
}

/** Hands the bytes over in pieces, as a reader of the fifo does. */
function readInPieces(bytes: Uint8Array, cuts: readonly number[]): ReturnType<typeof splitRequests> {
  const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
  const requests: Uint8Array[] = [];
  let rest: Uint8Array = new Uint8Array();
  let bogus = 0;
  let from = 0;
  for (const end of ends) {
    const split = splitRequests(concatBytes([rest, bytes.subarray(from, end)]), end < bytes.length);
    requests.push(...split.requests);
    bogus += split.bogus;
    rest = split.rest;
    from = end;
  }
  return { requests, bogus, rest };
}

/** Two requests, since rubbish that ends in a magic may claim the bytes of the first. */
function recovers([rubbish, request]: readonly [Uint8Array, Uint8Array]): void {
  const { requests } = splitRequests(concatBytes([rubbish, request, request]), false);
  assert.deepEqual(requests.at(-1), request);
}

function countsBytes(bytes: Uint8Array): void {
  const { requests, bogus, rest } = splitRequests(bytes, true);
  assert.ok(requests.every((one) => one.length === REQUEST_BYTES && decodeRequest(one).kind !== 'bogus'));
  assert.ok(rest.length < 2 * REQUEST_BYTES);
  const known = requests.length * REQUEST_BYTES + rest.length;
  assert.ok(bogus === 0 ? known === bytes.length : known < bytes.length);
  assert.equal(splitRequests(bytes, false).rest.length, 0);
}

function decodesAnything(bytes: Uint8Array): void {
  const { kind } = decodeRequest(bytes);
  if (bytes.length !== REQUEST_BYTES) assert.equal(kind, 'bogus');
}

function readsBackVariables(list: readonly string[]): void {
  const bytes = encodeSetenv(list);
  const size = list.reduce((sum, one) => sum + Buffer.byteLength(one) + 1, 0);
  assert.equal(bytes === undefined, size > 367);
  if (bytes !== undefined) assert.deepEqual(decodeRequest(bytes), { kind: 'setenv', variables: list });
}

function ordersLikeBytes([a, b]: readonly [string, string]): void {
  const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
  assert.equal(Math.sign(compareRcLinkNames(a, b)), expected);
}

function takesApart(text: string): void {
  for (const name of [text, `S20${text}`, `K01${text}`]) {
    const link = parseRcLink(name);
    if (link) assert.equal(`${link.kind}${String(link.order).padStart(2, '0')}${link.name}`, name);
  }
}
