/** The command line of `rcinit lint`. */
import { Option } from 'commander';
import type { LintFormat } from '../../authoring/lint/report.ts';
import type { Severity } from '../../core/diagnostic.ts';
import type { AppletIo } from '../applet.ts';
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

interface LintCommand {
  readonly root?: string;
  readonly format: LintFormat;
  readonly severity: Severity;
  readonly quiet?: boolean;
  readonly fix?: boolean;
  readonly summary?: boolean;
  readonly shellcheck: boolean;
  readonly maxWarnings?: string;
  readonly explain?: string;
}

const HELP = `
Examples:
  rcinit lint                          every script of /etc/init.d
  rcinit lint --fix init.d/web         put the header right
  rcinit lint --explain RC402          what a rule is about
  rcinit lint --format sarif init.d    for a code scanner
A comment "# rcinit-lint disable=RC402" above a line switches a rule off there, above the first command for the file.

Exit status: 0 no errors, 1 errors or more warnings than --max-warnings, 2 wrong use or a file that cannot be read.`;

export const declareLint: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('lint'))
    .description('say what is wrong with init scripts, and put right what is certain')
    .argument('[files...]', 'scripts, or folders of them; without any, all of the root’s /etc/init.d')
    .addOption(
      new Option('--format <format>', 'for people, programs, code scanners or GitHub')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .addOption(
      new Option('--severity <least>', 'the least that is shown')
        .choices(['error', 'warning', 'note'])
        .default('warning'),
    )
    .option('-q, --quiet', 'errors only, and no closing line')
    .option('--fix', 'put right what is certain, in the files')
    .option('--summary', 'how often each rule was broken, instead of the findings')
    .option('--max-warnings <number>', 'exit 1 if there are more')
    .option('--no-shellcheck', 'our own rules only')
    .option('--explain <code>', 'what a rule is about')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: LintCommand) =>
      setStatus(await run(files, options, io)),
    );
};

async function run(files: readonly string[], options: LintCommand, io: AppletIo): Promise<number> {
  const { explainLint, runLint } = await import('../lint.ts');
  if (options.explain !== undefined) return explainLint(options.explain, io);
  const { maxWarnings } = options;
  if (maxWarnings !== undefined && !/^[0-9]+$/.test(maxWarnings)) {
    io.err(`rcinit: cannot use --max-warnings "${maxWarnings}": no number; name one like 0\n`);
    return 2;
  }
  const request = {
    root: systemRoot(io, options.root),
    files,
    format: options.format,
    severity: options.severity,
    isQuiet: options.quiet ?? false,
    isFixing: options.fix ?? false,
    isSummary: options.summary ?? false,
    usesShellcheck: options.shellcheck,
    maxWarnings: maxWarnings === undefined ? undefined : Number(maxWarnings),
  };
  return runLint(request, io);
}
