/** The commands of `rcinit` for authors of init scripts, as commander has to be told them. */
import { Option, type Command } from 'commander';
import { AUTHOR_KEYS, type AuthorKeyName } from '../authoring/author-keys.ts';
import { SCRIPT_FORMS, type ScriptForm } from '../authoring/write-script.ts';
import type { AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

interface NewFlags {
  readonly root?: string;
  readonly from?: string;
  readonly fromUnit?: readonly string[];
  readonly instance?: string;
  readonly form: ScriptForm;
  readonly output?: string;
  readonly force?: boolean;
  readonly strict?: boolean;
}

interface ToUnitFlags {
  readonly root?: string;
  readonly output?: string;
  readonly force?: boolean;
}

const ROOT = ['--root <dir>', 'the folder that stands for / (default: $RCINIT_ROOT, else /)'] as const;

/** @param done Is told the exit status. */
export function addAuthoringCommands(program: Command, io: AppletIo, done: (status: number) => void): void {
  addNew(program, io, done);
  program
    .command('to-unit')
    .description('write the systemd unit for an init script, and say what was guessed')
    .argument('<name>', 'a script of init.d, or a path')
    .option(...ROOT)
    .option('--output <file>', 'where to; - is standard output (default: -)')
    .option('--force', 'replace what is there')
    .action(async (name: string, { root, output, force }: ToUnitFlags) => {
      const { runToUnit } = await import('./to-unit.ts');
      done(runToUnit({ root: systemRoot(io, root), name, output, force: force ?? false }, io));
    })
    .addHelpText('after', TO_UNIT_TAIL);
}

function addNew(program: Command, io: AppletIo, done: (status: number) => void): void {
  const command = program
    .command('new')
    .description(
      'write an init script: for a program, from a file of KEY=value lines, or from a systemd unit',
    )
    .argument('<name>', 'of the script; also of the program, unless told')
    .argument('[words...]', 'behind --: the program and its arguments, as they are')
    .option(...ROOT)
    .option('--from <file>', 'the settings below as lines KEY=value; options count more')
    .option('--from-unit <file...>', 'a systemd service unit, and its drop-ins behind it')
    .option('--instance <name>', 'of a template unit: what stands for %i')
    .addOption(
      new Option(
        '--form <form>',
        'full: all of it stands in the script; declarative: settings for init-d-script',
      )
        .choices(SCRIPT_FORMS)
        .default('full'),
    )
    .option('--output <file>', 'where to, instead of init.d/NAME; - is standard output')
    .option('--force', 'replace what is there')
    .option('--strict', 'write nothing, and exit 1, if the unit has what cannot be carried over');
  const options = AUTHOR_KEYS.map(({ key, flags, help, isList }) => {
    const option = new Option(flags, `${help} [${key}]`);
    if (isList)
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option);
    return [key, option.attributeName()] as const;
  });
  command
    .action(async (name: string, words: readonly string[], flags: NewFlags & Record<string, unknown>) => {
      const { runNew } = await import('./new.ts');
      const { root, from, fromUnit, instance, form, output, force, strict } = flags;
      const values = new Map<AuthorKeyName, readonly string[]>();
      for (const [key, attribute] of options) {
        const value = flags[attribute];
        if (value !== undefined) values.set(key, valuesOf(value));
      }
      const switches = { force: force ?? false, strict: strict ?? false };
      const texts = { root: systemRoot(io, root), name, words, from, instance, form, output };
      done(runNew({ ...texts, ...switches, units: fromUnit ?? [], values }, io));
    })
    .addHelpText('after', NEW_TAIL);
}

function valuesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return [value === true ? 'yes' : String(value)];
}

const NEW_TAIL = `
Without --fork the program is put into the background, and its pid into /run/NAME.pid before it runs.
The full form needs start-stop-daemon and init-functions only. In the declarative form init-d-script does the work.

Examples:
  rcinit new clock -- /usr/bin/clock --every '10 s'
  rcinit new web --daemon /usr/sbin/webd --fork --pidfile /run/webd.pid --reload HUP
  rcinit new store --user store --ready notify --folders /run/store:0750 --requires '$network'
  rcinit new rules --oneshot --daemon /sbin/load-rules --stop '/sbin/load-rules --clear' --levels S
  rcinit new nginx --from-unit /lib/systemd/system/nginx.service override.conf
  rcinit new web --from web.conf --form declarative --output -

web.conf is lines such as DAEMON=/usr/sbin/webd, FORK=yes, REQUIRES=$network: the words in brackets above.
Exit status: 0 written, what could not be carried over is on standard error; 1 not written; 2 wrong use or input.`;

const TO_UNIT_TAIL = `
The unit starts the program itself where that is certain, else it calls the script, as systemd-sysv-generator did.

Examples:
  rcinit to-unit nginx
  rcinit to-unit ./my-script --output /etc/systemd/system/my-script.service
Exit status: 0 written, what was guessed is on standard error; 1 not written; 2 no such script, or wrong use.`;
