/** The hidden half of `rcinit test`: runs where the script is tried, reads one request, prints events. */
import { createInterface } from 'node:readline';
import { runChecks } from '../authoring/conformance/run-checks.ts';
import { READY, type TestRequest } from '../authoring/conformance/request.ts';
import { shedInheritance } from '../os/process/shed-inheritance.ts';
import type { AppletIo } from './applet.ts';

/** What builds the room and collects its orphans. */
const ROOM_PID = 1;

/** @returns 0 also when checks do not hold: that is in the events. */
export async function runTestInside(io: AppletIo): Promise<number> {
  const leave = new AbortController();
  const lines = createInterface({ input: process.stdin });
  const request = await new Promise<TestRequest | undefined>((resolve) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as TestRequest));
    lines.once('close', () => resolve(undefined));
  });
  if (request === undefined) return 0;
  // All that runs beside us in a room is the script's: never take a machine for a room.
  if (request.place === 'room' && process.ppid !== ROOM_PID) throw new Error('this is no room');
  lines.once('close', () => {
    // Whoever asked is gone. A room ends with us, with all that is in it; here the service has to be stopped.
    if (request.place === 'room') process.exit(0);
    leave.abort();
  });
  shedInheritance();
  io.out(`${READY}\n`);
  const tell = (event: unknown): void => {
    try {
      io.out(`${JSON.stringify(event)}\n`);
    } catch {
      // EPIPE: nobody listens any more.
      leave.abort();
    }
  };
  await runChecks(request, io.env, tell, leave.signal);
  return 0;
}
