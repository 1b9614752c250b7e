/** Writes the time into run/clock every second. It knows nothing of daemons: init.d/clock puts it where it belongs. */
import { renameSync, writeFileSync } from 'node:fs';
import { note } from './unix-socket.mjs';

const FACE = 'run/clock';
const TICK_MS = 1000;
let minute = '';

tick();
setInterval(tick, TICK_MS);

function tick() {
  const now = new Date();
  writeFileSync(`${FACE}.new`, `${now.toISOString()}\n`);
  renameSync(`${FACE}.new`, FACE);
  const shown = now.toTimeString().slice(0, 5);
  if (shown !== minute) note('clock', `it is ${shown}`);
  minute = shown;
}
