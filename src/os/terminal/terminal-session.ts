/** Programs that get the console as controlling terminal: the command lines that give it to them and take it back. */

/**
 * Stands between init and the program, as the original's middleman does. The kernel hangs up the foreground group when
 * the leader of a session ends, so a leader that were the program itself would take what it left in the background with
 * it, such as the services of a sysinit script. The middleman leads instead; once the program has ended, a short-lived
 * session takes the terminal away, which nobody is told of, and so it is free for the next one.
 *
 * Keys that end programs are for the program, not for the middleman. A trap with a command, unlike an empty one, is not
 * inherited. What shells put into the environment of their own accord is not for the program either. setsid(1) takes the
 * terminal by force, if we may.
 */
const MIDDLEMAN = `trap : INT QUIT TSTP
unset PWD OLDPWD SHLVL
"$@"
status=$?
setsid -c true 2>&-
exit $status`;

/**
 * The command line that runs a program in a session of its own with the terminal that is its standard input.
 * To be started in a process group that it does not lead: setsid(1) would fork otherwise.
 * @param argv The program and its arguments.
 * @returns A command line whose exit status is the program's, 128 + n for signal n. Its pid leads session and group.
 */
export function withTerminal(argv: readonly string[]): readonly string[] {
  return ['setsid', '-c', '/bin/sh', '-c', MIDDLEMAN, 'init', ...argv];
}
