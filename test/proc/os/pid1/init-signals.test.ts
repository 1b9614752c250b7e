import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runProgram } from '../../../support/run-program.ts';

const NAMED = [
  'SIGHUP',
  'SIGINT',
  'SIGTERM',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGPWR',
  'SIGWINCH',
  'SIGTSTP',
  'SIGCONT',
] as const;
const IGNORED = [
  'SIGABRT',
  'SIGPIPE',
  'SIGALRM',
  'SIGVTALRM',
  'SIGPROF',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGIO',
  'SIGSTKFLT',
  'SIGSYS',
  'SIGURG',
] as const;

test('listenToSignals tells each signal of init by its name', async () => {
  const program = runProgram('signals');
  expect(await program.nextLine()).toBe('unavailable: ; FFI');
  for (const name of NAMED) {
    process.kill(program.pid, name);
    expect(await program.nextLine()).toBe(name);
  }
  expect(program.stderr()).toBe('');
});

test('listenToSignals hears SIGRTMIN+3 and SIGRTMIN+4 again and again', async () => {
  const program = runProgram('signals');
  await program.nextLine();
  for (let round = 0; round < 5; round++) {
    process.kill(program.pid, 37);
    expect(await program.nextLine()).toBe('SIGRTMIN+3');
    process.kill(program.pid, 38);
    expect(await program.nextLine()).toBe('SIGRTMIN+4');
  }
});

test('listenToSignals outlives more real-time signals than its pipe holds', async () => {
  const program = runProgram('signals');
  await program.nextLine();
  process.kill(program.pid, 'SIGSTOP');
  // Each is eight bytes, and a pipe holds 65,536. A stopped process gets them all at once when it goes on.
  for (let count = 0; count < 12_500; count++) process.kill(program.pid, 37);
  process.kill(program.pid, 'SIGCONT');
  process.kill(program.pid, 'SIGHUP');
  const seen = new Set<string>();
  while (!seen.has('SIGHUP') || !seen.has('SIGRTMIN+3')) seen.add(await program.nextLine());
  process.kill(program.pid, 37);
  while ((await program.nextLine()) !== 'SIGRTMIN+3');
});

test.each(IGNORED)('listenToSignals keeps %s from ending the process', async (name) => {
  const program = runProgram('signals');
  await program.nextLine();
  process.kill(program.pid, name);
  process.kill(program.pid, 'SIGHUP');
  expect(await program.nextLine()).toBe('SIGHUP');
});

test('listenToSignals says that descriptor 37 is in use and goes on', async () => {
  const program = runProgram('signals', ['taken']);
  expect(await program.nextLine()).toBe('unavailable: SIGRTMIN+3; FFI');
  process.kill(program.pid, 38);
  expect(await program.nextLine()).toBe('SIGRTMIN+4');
});

test('listenToSignals says that there are no real-time signals without FFI', async () => {
  const program = runProgram('signals', [], { env: { RCINIT_NO_FFI: '1' } });
  expect(await program.nextLine()).toBe(
    'unavailable: SIGRTMIN+3 SIGRTMIN+4; switched off by RCINIT_NO_FFI=1',
  );
  process.kill(program.pid, 'SIGTERM');
  expect(await program.nextLine()).toBe('SIGTERM');
});

test('listenToSignals opens no inspector port on SIGUSR1', async () => {
  const program = runProgram('signals');
  await program.nextLine();
  process.kill(program.pid, 'SIGUSR1');
  await program.nextLine();
  process.kill(program.pid, 'SIGUSR1');
  await program.nextLine();
  const tcp = readFileSync(`/proc/${program.pid}/net/tcp`, 'utf8');
  expect(program.stderr()).toBe('');
  expect(tcp).not.toMatch(/0100007F:240D 00000000:0000 0A/);
});
