/** The command lines of `halt`, `reboot` and `poweroff`, which are one program. */
import { parseOptions, type OptionSpec } from '../getopt.ts';

/** What is to become of the machine. */
export type HaltKind = 'halt' | 'reboot' | 'poweroff';

export interface HaltRequest {
  /** `halt -p` is `poweroff`. */
  readonly kind: HaltKind;
  readonly sync: boolean;
  readonly writeWtmp: boolean;
  readonly onlyWtmp: boolean;
  /** Do not ask `shutdown`. */
  readonly force: boolean;
  readonly networkDown: boolean;
  readonly disksToStandby: boolean;
  readonly kexec: boolean;
  /** For the firmware. */
  readonly message: string | undefined;
  /** As it came, for shutdown's `-t`. */
  readonly killDelay: string | undefined;
}

export interface HaltCommandLine {
  /** Undefined for wrong use. */
  readonly request: HaltRequest | undefined;
  readonly root: string | undefined;
}

const OPTIONS: readonly OptionSpec[] = [
  ...['i', 'h', 'd', 'f', 'n', 'p', 'w'].map((short) => ({ short, value: 'none' }) as const),
  { short: 't', value: 'required' },
  { long: 'root', value: 'required' },
];
const REBOOT_OPTIONS: readonly OptionSpec[] = [
  { short: 'k', value: 'none' },
  { short: 'm', value: 'required' },
];

/** @param program Which of the three was called. */
export function parseHaltCommandLine(program: HaltKind, args: readonly string[]): HaltCommandLine {
  const specs = program === 'reboot' ? [...OPTIONS, ...REBOOT_OPTIONS] : OPTIONS;
  const { options, operands, errors } = parseOptions(args, specs);
  const given = new Set(options.map(({ name }) => name));
  const valueOf = (wanted: string) => options.findLast(({ name }) => name === wanted)?.value;
  const root = valueOf('root');
  if (errors.length > 0 || operands.length > 0) return { request: undefined, root };
  const message = valueOf('m');
  const request: HaltRequest = {
    kind: program === 'halt' && given.has('p') ? 'poweroff' : program,
    sync: !given.has('n'),
    writeWtmp: !given.has('d') && !given.has('n'),
    onlyWtmp: given.has('w'),
    force: given.has('f') || message !== undefined,
    networkDown: given.has('i'),
    disksToStandby: given.has('h'),
    kexec: given.has('k'),
    message,
    killDelay: valueOf('t'),
  };
  return { request, root };
}

/** What `shutdown` is called with on a system that is up. @see sysvinit 3.08, where `halt` became `-h -H` */
export function shutdownArguments({ kind, killDelay }: HaltRequest): readonly string[] {
  const delay = killDelay === undefined ? [] : ['-t', killDelay];
  return [...{ halt: ['-h', '-H'], reboot: ['-r'], poweroff: ['-h', '-P'] }[kind], ...delay, 'now'];
}

const REBOOT_USAGE = `\t-k: reboot into the kernel that kexec loaded.
\t-m MESSAGE: reboot at once and pass the message to the firmware.
`;

export function haltUsage(program: HaltKind, name: string): string {
  const more = { halt: ' [-p]', reboot: ' [-k] [-m MESSAGE]', poweroff: '' }[program];
  return `usage: ${name} [-n] [-w] [-d] [-f] [-h] [-i]${more}
\t-n: don't sync before halting the system
\t-w: only write a wtmp reboot record and exit.
\t-d: don't write a wtmp record.
\t-f: force halt/reboot, don't call shutdown.
\t-h: put harddisks in standby mode.
\t-i: shut down all network interfaces.
${
  {
    halt: '\t-p: power down the system (if possible, otherwise halt).\n',
    reboot: REBOOT_USAGE,
    poweroff: '',
  }[program]
}`;
}
