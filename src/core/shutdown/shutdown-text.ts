/** What `shutdown` tells the users of a machine, byte for byte as sysvinit does; and its usage. */

export const SHUTDOWN_USAGE = `Usage:\t  shutdown [-akrhPHfFnc] [-t sec] time [warning message]
\t\t  -a:      use /etc/shutdown.allow
\t\t  -k:      don't really shutdown, only warn.
\t\t  -r:      reboot after shutdown.
\t\t  -h:      halt after shutdown.
\t\t  -P:      halt action is to turn off power.
\t\t           can only be used along with -h flag.
\t\t  -H:      halt action is to just halt.
\t\t           can only be used along with -h flag.
\t\t  -f:      do a 'fast' reboot (skip fsck).
\t\t  -F:      Force fsck on reboot.
\t\t  -n:      do not go through "init" but go down real fast.
\t\t  -c:      cancel a running shutdown.
\t\t  -q:      quiet mode - display fewer shutdown warnings.
\t\t  -Q:      full quiet mode - display only final shutdown warning.
\t\t  -t secs: delay between warning and kill signal.
\t\t  ** the "time" argument is mandatory! (try "now") **
`;

/** Who is speaking. */
export interface Speaker {
  readonly user: string;
  readonly host: string;
  /** The terminal without `/dev/`; undefined if standard input is none. */
  readonly terminal: string | undefined;
}

/** The lines above every message. @param time As ctime(3) writes it. */
export function bannerText({ user, host, terminal }: Speaker, time: string): string {
  const where = terminal === undefined ? '' : `(${terminal}) `;
  return `\r\nBroadcast message from ${user}@${host} ${where}(${time}):\r\n\r\n`;
}

/** @param level The run level, one character, e.g. `0`. @param minutes 0 for now. */
export function goingDownText(level: string, minutes: number): string {
  const what = purpose(level);
  if (minutes === 0) return `\rThe system is going down ${what} NOW!\r\n`;
  return `\rThe system is going DOWN ${what} in ${minutes} minute${minutes === 1 ? '' : 's'}!\r\n`;
}

/** The message of whoever calls; nothing if there is none. @param words Those of the command line. */
export function messageText(words: readonly string[]): string {
  return words.length === 0 ? '' : `${words.join(' ')} \r\n`;
}

/** What stands in the file that keeps users out. @param time As ctime(3) writes it, whose newline follows here. */
export function nologinText(time: string, message: string): string {
  return `\rThe system is going down on ${time}\n\r\n${message}`;
}

function purpose(level: string): string {
  switch (level) {
    case '0':
      return 'for system halt';
    case '6':
      return 'for reboot';
    case '1':
      return 'to maintenance mode';
    default:
      return `to runlevel ${level}`;
  }
}
